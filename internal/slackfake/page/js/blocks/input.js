// Input blocks: label, control, hint, error; and Slack's own checks before a form is sent.
import { h, replace, uid } from "../dom.js";
import { icon } from "../icons.js";
import { renderElement } from "../elements/index.js";
import { lengthOf } from "../elements/fields.js";
import { textObject } from "../mrkdwn.js";
import { t } from "../texts.js";
import { held, isEmpty } from "../values.js";

const grouped = new Set(["radio_buttons", "checkboxes", "rich_text_input"]);

export function input(block, id, surface) {
  const ids = { field: uid("field"), label: uid("label"), hint: uid("hint"), error: uid("error") };
  const error = h("div.field-error", { id: ids.error, hidden: true });
  const label = h(grouped.has(block.element?.type) ? "div.label" : "label.label", { id: ids.label, for: grouped.has(block.element?.type) ? null : ids.field },
    textObject(block.label), block.optional && h("span.optional", null, " ", t("optional")));
  const node = h("div.input", null, label, renderElement(block.element, id, surface, {
    id: ids.field, labelId: ids.label, labelText: block.label?.text, optional: !!block.optional, dispatches: !!block.dispatch_action,
    describedBy: `${ids.error} ${block.hint ? ids.hint : ""}`.trim(), onChange: () => setError(node, ""),
  }), block.hint && h("div.hint", { id: ids.hint }, textObject(block.hint)), error);
  return node;
}

/** Shows an error under the field of an input block, or takes it away. */
export function setError(node, text) {
  const error = node.querySelector(".field-error");
  if (!error) return false;
  error.hidden = !text;
  replace(error, text && [icon("warning"), h("span", null, text)]);
  const control = fieldOf(node);
  if (text) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
  return true;
}

export const fieldOf = (node) => node.querySelector("[aria-describedby][id^=field]") ?? node.querySelector("input,textarea,button");

/** What is wrong with a value before it is sent; "" when nothing is. */
export function problemWith(block, value) {
  const element = block.element;
  if (isEmpty(value)) return block.optional ? "" : t("required");
  const content = held(value);
  switch (element.type) {
    case "plain_text_input":
      if (lengthOf(content) < (element.min_length ?? 0)) return t("tooShort", element.min_length);
      if (lengthOf(content) > (element.max_length ?? 3000)) return t("tooLong", element.max_length ?? 3000);
      return "";
    case "email_text_input": return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(content) ? "" : t("badEmail");
    case "url_text_input": return /^https?:\/\/[^\s]+\.[^\s]+$/i.test(content) ? "" : t("badUrl");
    case "number_input": return numberProblem(element, content);
    default: return "";
  }
}

function numberProblem(element, content) {
  const number = Number(content);
  if (!/^-?\d*\.?\d+$/.test(content.trim())) return t("badNumber");
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return t("badWhole");
  if (element.min_value !== undefined && number < Number(element.min_value)) return t("tooLow", element.min_value);
  if (element.max_value !== undefined && number > Number(element.max_value)) return t("tooHigh", element.max_value);
  return "";
}
