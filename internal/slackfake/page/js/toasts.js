// Short notes at the bottom of the page, and lines for screen readers.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const $ = (id) => document.getElementById(id);

export function toast(text, kind = "error") {
  const node = h("div.toast", { role: kind === "error" ? "alert" : "status", data: { toast: kind } },
    icon(kind === "error" ? "warning" : "check"), h("span", null, text),
    h("button.icon-button.small", { type: "button", "aria-label": t("dismissToast"), onclick: () => node.remove() }, icon("close")));
  // A modal is in the top layer; the note must be there too to be seen.
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  (open ?? $("toasts")).append(node);
  node.classList.toggle("in-dialog", !!open);
  setTimeout(() => node.remove(), 7000);
}

export const fail = (error) => toast(error.message);

/** Adds a line to the live log. */
export function announce(text) {
  const log = $("log");
  log.append(h("p", null, text));
  while (log.childElementCount > 20) log.firstElementChild.remove();
}
