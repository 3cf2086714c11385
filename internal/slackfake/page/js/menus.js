// One pop-up list for menus, selects and pickers: arrow keys, type to filter, Enter, Escape.
import { h, replace, uid } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

let current = null;

export const closeMenu = (refocus = true) => current?.close(refocus);

/** Shows a node beside its anchor, in the top layer; closes on Escape, on a click elsewhere, on scrolling. */
export function popup(anchor, node, { onClose, wide = false, label } = {}) {
  closeMenu(false);
  const host = anchor.closest("dialog") ?? document.body;
  node.classList.add("popup");
  node.setAttribute("popover", "manual");
  if (label) node.setAttribute("aria-label", label);
  host.append(node);
  node.showPopover();
  place(anchor, node, wide);

  const outside = (e) => { if (!node.contains(e.target) && !anchor.contains(e.target)) close(false); };
  const follow = (e) => { if (!node.contains(e.target)) place(anchor, node, wide); };
  const keys = (e) => {
    if (e.key !== "Escape") return;
    e.preventDefault();
    e.stopPropagation();
    close(true);
  };
  const leave = (e) => { if (e.relatedTarget && !node.contains(e.relatedTarget) && e.relatedTarget !== anchor) close(false); };
  const close = (refocus) => {
    if (current?.node !== node) return;
    current = null;
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", follow, true);
    removeEventListener("resize", follow);
    anchor.setAttribute("aria-expanded", "false");
    node.remove();
    if (refocus && anchor.isConnected) anchor.focus({ preventScroll: true });
    onClose?.();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", follow, true);
  addEventListener("resize", follow);
  node.addEventListener("keydown", keys);
  node.addEventListener("focusout", leave);
  anchor.setAttribute("aria-expanded", "true");
  current = { node, anchor, close };
  return close;
}

function place(anchor, node, wide) {
  const a = anchor.getBoundingClientRect(), pad = 8;
  if (wide) node.style.setProperty("min-width", `${Math.min(a.width, innerWidth - 2 * pad)}px`);
  const below = innerHeight - a.bottom - pad - 4, above = a.top - pad - 4;
  const up = below < Math.min(node.scrollHeight, 260) && above > below;
  node.style.setProperty("max-height", `${Math.max(120, Math.min(360, up ? above : below))}px`);
  const box = node.getBoundingClientRect();
  node.style.setProperty("left", `${Math.max(pad, Math.min(a.left, innerWidth - box.width - pad))}px`);
  node.style.setProperty("top", `${up ? a.top - box.height - 4 : a.bottom + 4}px`);
}

/**
 * A list to choose from. Items: {value, text, nodes, picture, description, group, selected, data}.
 * role "menu" or "listbox"; multi keeps it open; search shows a filter box.
 */
export function openList(anchor, { items, role = "menu", search = false, multi = false, label, wide = false, empty, onPick, onClose }) {
  if (current?.anchor === anchor) return closeMenu();
  const itemRole = role === "menu" ? (items.some((i) => i.checkable) ? "menuitemradio" : "menuitem") : "option";
  const list = h("div.menu-items", { role, id: uid("menu"), tabindex: "-1", "aria-label": label, "aria-multiselectable": multi ? "true" : null });
  const box = search && h("input.menu-filter", { type: "text", role: "combobox", "aria-label": t("filter"), placeholder: t("filter"), autocomplete: "off", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" });
  const node = h("div.menu", null, box && h("div.menu-search", null, icon("search"), box), list);
  let shown = [], active = -1, typed = "", typedAt = 0;
  const holder = () => box || list;

  function draw() {
    const words = (box ? box.value : "").trim().toLowerCase();
    shown = items.filter((i) => !words || `${i.text} ${i.description ?? ""}`.toLowerCase().includes(words));
    let group;
    replace(list, shown.length ? shown.map((item) => {
      const title = item.group !== group && item.group;
      group = item.group;
      item.node = h("div.menu-item", {
        role: itemRole, id: uid("item"), class: item.danger ? "menu-item danger" : "menu-item",
        "aria-selected": role === "listbox" ? String(!!item.selected) : null,
        "aria-checked": itemRole === "menuitemradio" ? String(!!item.selected) : null,
        data: { value: item.value, ...item.data },
        onclick: () => pick(item), onpointermove: () => activate(shown.indexOf(item), false),
      }, item.picture, h("div.menu-text", null, h("span", null, item.nodes ?? item.text), item.description && h("small", null, item.description)),
        item.selected && icon("check", "menu-check"));
      return [title && h("div.menu-group", { role: "presentation" }, title), item.node];
    }) : h("div.menu-empty", null, items.length ? t("noMatches") : empty ?? t("noOptions")));
    activate(Math.max(0, shown.findIndex((i) => i.selected)), true);
  }

  function activate(at, scroll) {
    shown[active]?.node?.classList.remove("active");
    active = shown.length ? (at + shown.length) % shown.length : -1;
    const item = shown[active];
    if (!item) return holder().removeAttribute("aria-activedescendant");
    item.node.classList.add("active");
    holder().setAttribute("aria-activedescendant", item.node.id);
    if (scroll) item.node.scrollIntoView({ block: "nearest" });
  }

  function pick(item) {
    if (!item) return;
    if (multi) {
      item.selected = !item.selected;
      if (onPick(item, items.filter((i) => i.selected)) === false) item.selected = !item.selected;
      const at = active;
      draw();
      return activate(at, true);
    }
    close(true);
    onPick(item);
  }

  node.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) activate(active + step, true);
    else if (e.key === "Home" && !box) activate(0, true);
    else if (e.key === "End" && !box) activate(shown.length - 1, true);
    else if (e.key === "Enter" || (e.key === " " && !box)) pick(shown[active]);
    else if (e.key === "Tab") { close(true); return; }
    else if (!box && e.key.length === 1 && !e.ctrlKey && !e.metaKey) {
      typed = e.timeStamp - typedAt > 800 ? e.key : typed + e.key;
      typedAt = e.timeStamp;
      const found = shown.findIndex((i) => i.text.toLowerCase().startsWith(typed.toLowerCase()));
      if (found >= 0) activate(found, true);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  });
  box && box.addEventListener("input", draw);
  draw();
  const close = popup(anchor, node, { wide, onClose });
  holder().focus({ preventScroll: true });
  shown[active]?.node.scrollIntoView({ block: "nearest" });
  return close;
}
