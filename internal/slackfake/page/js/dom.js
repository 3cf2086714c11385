// Builds DOM nodes. Data only ever becomes text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";

function append(node, kids) {
  for (const kid of kids.flat(Infinity)) {
    if (kid === null || kid === undefined || kid === false) continue;
    node.append(kid);
  }
  return node;
}

function setProps(node, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "data") setData(node, value);
    else if (name === "css") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
}

function setData(node, data) {
  for (const [name, value] of Object.entries(data)) {
    if (value !== null && value !== undefined) node.dataset[name] = value;
  }
}

/** h("button.primary", {onclick, data: {user}, css: {"--c": "red"}}, ...children) */
export function h(spec, props, ...kids) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  setProps(node, props);
  return append(node, kids);
}

/** The same for SVG. */
export function s(tag, props, ...kids) {
  const node = document.createElementNS(SVG, tag);
  setProps(node, props);
  return append(node, kids);
}

export function replace(node, ...kids) {
  node.replaceChildren();
  return append(node, kids);
}

/** Makes the nodes the children of parent; those that are there already are not touched. */
export function arrange(parent, nodes) {
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

let counter = 0;
export const uid = (prefix = "id") => `${prefix}-${++counter}`;

/** The path from a control back to itself after its surroundings were drawn anew. */
export function rememberFocus(root) {
  const held = document.activeElement;
  if (!held || !root.contains(held)) return () => {};
  const block = held.closest("[data-block-id]")?.dataset.blockId;
  const action = held.closest("[data-action-id]")?.dataset.actionId;
  const option = held.closest("[data-option-value]")?.dataset.optionValue;
  const range = "selectionStart" in held ? [held.selectionStart, held.selectionEnd] : null;
  return () => {
    if (document.activeElement !== document.body && document.activeElement !== root) return;
    const find = (scope, attr, value) => value === undefined ? scope
      : [...scope.querySelectorAll(`[${attr}]`)].find((n) => n.getAttribute(attr) === value);
    let node = find(root, "data-block-id", block) ?? root;
    node = find(node, "data-action-id", action) ?? find(root, "data-action-id", action);
    node = node && (find(node, "data-option-value", option) ?? node);
    if (!node || node === root) return;
    const target = node.matches(focusable) ? node : node.querySelector(focusable);
    target?.focus({ preventScroll: true });
    if (range && target?.setSelectionRange && range[0] !== null) {
      try { target.setSelectionRange(...range); } catch { /* email and number fields have no ranges */ }
    }
  };
}

export const focusable = "a[href],button:not([disabled]),input:not([disabled]),textarea,[contenteditable=true],[tabindex='0']";
