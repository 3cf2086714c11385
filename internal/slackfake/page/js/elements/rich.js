// The rich text field: an editable box that turns into a rich_text block, and the file field.
import { h, replace } from "../dom.js";
import { icon } from "../icons.js";
import * as api from "../api.js";
import { richText } from "../richtext.js";
import { state } from "../state.js";
import { t } from "../texts.js";
import { fail } from "../toasts.js";
import { held, withValue } from "../values.js";

const styleOf = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };
const blockTags = new Set(["DIV", "P", "BLOCKQUOTE", "PRE", "LI"]);

/** The box's content as rich_text elements. */
function read(box) {
  const out = [];
  const add = (text, style) => {
    const last = out.at(-1);
    if (last && JSON.stringify(last.style) === JSON.stringify(style)) last.text += text;
    else out.push({ type: "text", text, ...(style && { style }) });
  };
  const walk = (node, style) => {
    if (node.nodeType === Node.TEXT_NODE) return void (node.data && add(node.data, style));
    if (node.tagName === "BR") return void (node.nextSibling && add("\n"));
    if (blockTags.has(node.tagName) && out.length && !out.at(-1).text.endsWith("\n")) add("\n");
    const name = styleOf[node.tagName];
    for (const kid of node.childNodes) walk(kid, name ? { ...style, [name]: true } : style);
  };
  for (const kid of box.childNodes) walk(kid, undefined);
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: out }] };
}

export function richField(element, ctx) {
  const box = h("div.field.rich-field", {
    contenteditable: "true", role: "textbox", "aria-multiline": "true", id: ctx.id, "aria-labelledby": ctx.labelId, ...ctx.aria,
    data: { placeholder: element.placeholder?.text ?? "" },
    oninput: () => {
      const content = read(box);
      ctx.put(withValue(element.type, content.elements[0].elements.length ? content : null));
    },
    onpaste: (e) => {
      e.preventDefault();
      document.execCommand("insertText", false, e.clipboardData.getData("text/plain"));
    },
  }, richText(held(ctx.value())));
  const mark = (name, command) => h("button.icon-button.small", {
    type: "button", "aria-label": t(name), title: t(name), onmousedown: (e) => e.preventDefault(),
    onclick: () => { box.focus(); document.execCommand(command); },
  }, icon(name));
  return h("div.rich-wrap", { data: { actionId: element.action_id } },
    h("div.rich-tools", { role: "toolbar" }, mark("bold", "bold"), mark("italic", "italic"), mark("strike", "strikeThrough")), box);
}

export function fileField(element, ctx) {
  const many = (element.max_files ?? 10) > 1;
  const names = h("ul.file-names");
  const input = h("input", {
    type: "file", id: ctx.id, multiple: many, accept: (element.filetypes ?? []).map((x) => `.${x}`).join(",") || null, "aria-labelledby": ctx.labelId, ...ctx.aria,
    onchange: async () => {
      try {
        const files = [];
        for (const file of [...input.files].slice(0, element.max_files ?? 10)) files.push((await api.uploadFile(state.me.id, file)).file);
        ctx.put(withValue(element.type, files));
        draw();
      } catch (error) {
        input.value = "";
        fail(error);
      }
    },
  });
  const draw = () => replace(names, (held(ctx.value()) ?? []).map((file) => h("li", null, icon("file"), file.name)));
  draw();
  return h("div.file-field", { data: { actionId: element.action_id } }, input, names);
}
