// Native <dialog>s: they hold the focus inside, make the rest inert and give the focus back.
import { h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./texts.js";

/** Opens a dialog modally; `onEscape` instead of closing by itself. The focus goes back to where it was. */
export function showDialog(dialog, onEscape) {
  const before = document.activeElement;
  dialog.addEventListener("cancel", (e) => {
    // File choosers and other controls fire "cancel" too, and theirs bubbles.
    if (e.target !== dialog) return;
    e.preventDefault();
    onEscape();
  });
  document.body.append(dialog);
  dialog.showModal();
  return function hide() {
    dialog.close();
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}

/** Slack's confirm object as a question; resolves to true or false. */
export function confirmDialog(confirm) {
  return new Promise((resolve) => {
    const title = uid("confirm"), body = uid("confirm");
    const answer = (yes) => { hide(); resolve(yes); };
    const deny = h("button.button", { type: "button", data: { confirm: "deny" }, onclick: () => answer(false) }, confirm.deny ? textObject(confirm.deny) : t("deny"));
    const style = confirm.style === "danger" ? "danger" : "primary";
    const accept = h("button.button", { class: `button ${style}`, type: "button", data: { confirm: "confirm" }, onclick: () => answer(true) }, confirm.confirm ? textObject(confirm.confirm) : t("confirm"));
    const dialog = h("dialog.dialog.confirm", { role: "alertdialog", "aria-labelledby": title, "aria-describedby": body },
      h("header.dialog-head", null, h("h2", { id: title }, confirm.title ? textObject(confirm.title) : t("areYouSure")),
        h("button.icon-button", { type: "button", "aria-label": t("close"), onclick: () => answer(false) }, icon("close"))),
      h("div.dialog-body", { id: body }, textObject(confirm.text)),
      h("footer.dialog-foot", null, deny, accept));
    const hide = showDialog(dialog, () => answer(false));
    accept.focus();
  });
}
