// The stack of modals: its top is shown as a dialog, on narrow screens as a sheet.
import * as api from "./api.js";
import { h, rememberFocus, replace, uid } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./blocks/index.js";
import { fieldOf, problemWith, setError } from "./blocks/input.js";
import { showDialog } from "./dialogs.js";
import { closeMenu } from "./menus.js";
import { textObject } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { appName, appUser, state } from "./state.js";
import { Surface, blockId, forget } from "./surface.js";
import { t } from "./texts.js";
import { fail } from "./toasts.js";

let open = null; // {dialog, hide, key, ids}

/** Shows the person's stack of views as it is now. */
export function showModals() {
  const views = state.views;
  const gone = (open?.ids ?? []).filter((id) => !views.some((v) => v.id === id));
  gone.forEach((id) => forget(`view:${id}`));
  if (!views.length) {
    if (!open) return;
    closeMenu(false);
    open.hide();
    open = null;
    return;
  }
  const view = views.at(-1);
  const key = JSON.stringify([views.length, view, document.documentElement.lang]);
  if (!open) {
    const dialog = h("dialog.dialog.modal", { "aria-modal": "true" });
    open = { dialog, hide: showDialog(dialog, () => close(state.views.at(-1))), ids: [] };
  }
  open.ids = views.map((v) => v.id);
  if (open.key === key) return;
  open.key = key;
  draw(open, view, views.length > 1);
}

function draw(shown, view, stacked) {
  const { dialog } = shown;
  const isNew = dialog.dataset.view !== view.id;
  const restore = isNew ? null : rememberFocus(dialog);
  const scrolled = dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
  closeMenu(false);
  const surface = new Surface({ kind: "modal", key: `view:${view.id}`, target: { view: { id: view.id } }, blocks: view.blocks });
  const title = uid("title");
  dialog.dataset.view = view.id;
  if (view.callback_id) dialog.dataset.callbackId = view.callback_id;
  else delete dialog.dataset.callbackId;
  dialog.setAttribute("aria-labelledby", title);

  const hasInput = (view.blocks ?? []).some((b) => b.type === "input");
  const label = h("span.button-label", null, view.submit ? textObject(view.submit) : t("submit"));
  const submit = (view.submit || hasInput) && h("button.button.primary", { type: "submit", data: { modal: "submit" } }, label);
  const trouble = h("div.form-error", { role: "alert", hidden: true });
  const body = h("div.dialog-body", { tabindex: "-1" }, renderBlocks(view.blocks, surface));
  const form = h("form.dialog-form", { novalidate: true, onsubmit: (e) => { e.preventDefault(); send({ view, surface, body, submit, trouble }); } },
    h("header.dialog-head", null,
      stacked && h("button.icon-button", { type: "button", "aria-label": t("back"), onclick: () => close(view) }, icon("back")),
      avatar(appUser() ?? { id: state.app.id ?? "", name: appName(), is_bot: true }, "small"),
      h("h2", { id: title }, textObject(view.title)),
      h("button.icon-button", { type: "button", "aria-label": t("close"), data: { modal: "dismiss" }, onclick: () => close(view) }, icon("close"))),
    body, trouble,
    h("footer.dialog-foot", null,
      h("button.button", { type: "button", data: { modal: "close" }, onclick: () => close(view) }, h("span.button-label", null, view.close ? textObject(view.close) : t(submit ? "cancel" : "close"))),
      submit));
  replace(dialog, form);
  if (!isNew) {
    body.scrollTop = scrolled;
    restore();
  } else {
    focusFirst(view, body, dialog);
  }
}

function focusFirst(view, body, dialog) {
  const wanted = (view.blocks ?? []).findIndex((b) => b.element?.focus_on_load);
  const blocks = [...body.children].filter((n) => n.dataset.blockType === "input");
  const target = wanted >= 0 ? body.children[wanted] : blocks[0];
  const field = target && fieldOf(target);
  // A field keeps a phone's keyboard down until it is touched; the dialog itself is enough there.
  const node = field && !matchMedia("(pointer: coarse)").matches ? field : dialog.querySelector("[data-modal=dismiss]");
  (node.matches(".choices") ? node.querySelector("input:checked, input") : node).focus({ preventScroll: true });
}

const blockNode = (body, id) => [...body.children].find((n) => n.dataset.blockId === id);

/** Errors by block id under their fields; those without a field come back. */
function showErrors(body, errors) {
  const left = [];
  let first = null;
  for (const node of body.children) setError(node, "");
  for (const [id, text] of Object.entries(errors)) {
    const node = blockNode(body, id);
    if (node && setError(node, text)) first = !first || node.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING ? node : first;
    else left.push(text);
  }
  const field = first && fieldOf(first);
  (field?.matches(".choices") ? field.querySelector("input") : field)?.focus();
  first?.scrollIntoView({ block: "nearest" });
  return left;
}

async function send({ view, surface, body, submit, trouble }) {
  if (!submit || submit.classList.contains("busy")) return;
  const tell = (text) => { trouble.hidden = !text; trouble.textContent = text; };
  const found = {};
  view.blocks.forEach((block, i) => {
    if (block.type !== "input") return;
    const id = blockId(block, i);
    const problem = problemWith(block, surface.get(id, block.element));
    if (problem) found[id] = problem;
  });
  tell("");
  showErrors(body, found);
  if (Object.keys(found).length) return;
  submit.classList.add("busy");
  submit.setAttribute("aria-busy", "true");
  try {
    const answer = await api.submitView(state.me.id, view.id, surface.state());
    if (answer.errors) tell(showErrors(body, answer.errors).join(" "));
    else if (answer.error) tell(answer.error);
  } catch (error) {
    tell(error.message);
  } finally {
    submit.classList.remove("busy");
    submit.removeAttribute("aria-busy");
  }
}

async function close(view) {
  if (!view) return;
  state.views = state.views.filter((v) => v.id !== view.id);
  showModals();
  try {
    await api.closeView(state.me.id, view.id);
  } catch (error) {
    fail(error);
  }
}
