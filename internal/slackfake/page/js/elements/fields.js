// Text, e-mail, link and number fields, with Slack's counters.
import { h } from "../dom.js";
import { t } from "../texts.js";
import { held, withValue } from "../values.js";

const kinds = { email_text_input: ["email", "email"], url_text_input: ["url", "url"], number_input: ["text", "decimal"], plain_text_input: ["text", "text"] };

/** Lengths as Slack counts them. */
export const lengthOf = (text) => [...text].length;

export function textField(element, ctx) {
  const [type, inputmode] = kinds[element.type];
  const { min_length: min = 0, max_length: max } = element;
  const area = element.multiline === true;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer;

  const store = () => {
    const value = withValue(element.type, input.value === "" ? null : input.value);
    ctx.put(value);
    return value;
  };
  const input = h(area ? "textarea.field" : "input.field", {
    id: ctx.id, type: area ? null : type, inputmode, rows: area ? "4" : null, placeholder: element.placeholder?.text, autocomplete: "off", spellcheck: type === "text" && inputmode === "text" ? "true" : "false",
    "aria-labelledby": ctx.labelId, ...ctx.aria, value: held(ctx.value()) ?? "",
    oninput: () => {
      const value = store();
      count();
      if (!triggers.includes("on_character_entered")) return;
      clearTimeout(timer);
      timer = setTimeout(() => ctx.send(value), 400);
    },
    onkeydown: (e) => {
      if (e.key !== "Enter" || e.isComposing || (area && !e.ctrlKey && !e.metaKey)) return;
      if (ctx.dispatches && triggers.includes("on_enter_pressed")) {
        e.preventDefault();
        e.stopPropagation();
        ctx.send(store());
      }
    },
  });
  const counter = h("span.counter", { "aria-live": "polite" });

  function count() {
    const n = lengthOf(input.value);
    const left = max ? max - n : Infinity;
    const short = n > 0 && n < min;
    counter.textContent = short ? t("charsNeeded", min - n) : left < 0 || (n > 0 && left <= Math.max(20, max * 0.1)) ? t("charsLeft", left) : "";
    counter.classList.toggle("over", left < 0);
    counter.hidden = counter.textContent === "";
  }
  count();
  return h("div.field-wrap", { data: { actionId: element.action_id } }, input, counter);
}
