// Blocks that are read: section, header, context, divider, alert, markdown, rich_text.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { renderElement } from "../elements/index.js";
import { markdown } from "../markdown.js";
import { textObject } from "../mrkdwn.js";
import { richText } from "../richtext.js";
import { t } from "../texts.js";
import { picture } from "./media.js";

export function section(block, id, surface) {
  const accessory = block.accessory && (block.accessory.type === "image"
    ? picture(block.accessory, "section-image")
    : h("div.accessory", null, renderElement(block.accessory, id, surface)));
  return h("div.section", { class: `section${accessory ? " has-accessory" : ""}` },
    h("div.section-main", null,
      block.text && h("div.text", null, textObject(block.text)),
      block.fields && h("div.fields", null, block.fields.map((field) => h("div.text", null, textObject(field))))),
    accessory);
}

export const header = (block) => h("h3.header", null, textObject(block.text));
export const divider = () => h("hr");

export const context = (block) => h("div.context", null, (block.elements ?? []).map((element) => (element.type === "image"
  ? picture(element, "context-image") : h("span.text", null, textObject(element)))));

const alertIcons = { info: "info", warning: "warning", error: "warning", success: "check" };

export function alert(block) {
  const level = block.level in alertIcons ? block.level : "default";
  return h("div", { class: `alert alert-${level}`, role: "note" }, icon(alertIcons[level] ?? "info"),
    h("span.sr-only", null, `${t("alertLevels")[level]}: `), h("div.text", null, textObject(block.text)));
}

export const markdownBlock = (block) => h("div.markdown", null, markdown(block.text));
export const richTextBlock = (block) => h("div.rich-text", null, richText(block));

export const actions = (block, id, surface) => h("div.actions", { role: "group" }, (block.elements ?? []).map((element) => renderElement(element, id, surface)));
