// Radio buttons and checkboxes.
import { h } from "../dom.js";
import { textObject } from "../mrkdwn.js";
import { held, withValue } from "../values.js";

export function choices(element, ctx) {
  const many = element.type === "checkboxes";
  const content = held(ctx.value());
  const chosen = new Set((many ? content : [content]).map((option) => option?.value));
  const options = element.options ?? [];
  const boxes = options.map((option, i) => h("input", {
    type: many ? "checkbox" : "radio", name: ctx.id, id: `${ctx.id}-${i}`, checked: chosen.has(option.value),
    "aria-describedby": option.description ? `${ctx.id}-${i}-d` : null, onchange: change,
  }));
  const node = h("div.choices", {
    role: many ? "group" : "radiogroup", id: ctx.id, tabindex: "-1", "aria-labelledby": ctx.labelId, ...ctx.aria, data: { actionId: element.action_id },
  }, options.map((option, i) => h("label.choice", { for: boxes[i].id, data: { optionValue: option.value } }, boxes[i],
    h("span", null, h("span.choice-text", null, textObject(option.text)), option.description && h("small", { id: `${ctx.id}-${i}-d` }, textObject(option.description))))));

  async function change() {
    const before = ctx.value();
    const picked = options.filter((_, i) => boxes[i].checked);
    const value = withValue(element.type, many ? picked : picked[0] ?? null);
    ctx.put(value);
    if ((await ctx.send(value, node)) !== false) return;
    ctx.put(before);
    const old = new Set([held(before)].flat().map((option) => option?.value));
    boxes.forEach((box, i) => { box.checked = old.has(options[i].value); });
  }
  return node;
}
