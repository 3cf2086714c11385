// rich_text blocks: sections, lists, quotes, preformatted text and what stands in them.
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { link } from "./links.js";
import { broadcast, channelMention, dateNode, groupMention, userMention } from "./mentions.js";

const styleTags = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "del"], ["underline", "u"], ["highlight", "mark"], ["client_highlight", "mark"]];

function styled(node, style) {
  for (const [name, tag] of styleTags) if (style?.[name]) node = h(tag, null, node);
  return node;
}

function withBreaks(text) {
  return text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

const plain = (e) => e.text || e.label || e.url || e.name || e.fallback || "";

const kinds = {
  text: (e) => h("span", null, withBreaks(e.text ?? "")),
  link: (e) => link(e.url, e.text || e.url),
  user: (e) => userMention(e.user_id),
  channel: (e) => channelMention(e.channel_id),
  usergroup: (e) => groupMention(e.usergroup_id),
  team: (e) => groupMention(e.team_id),
  emoji: (e) => emoji(e.name, e.unicode),
  broadcast: (e) => broadcast(e.range),
  date: (e) => dateNode(e.timestamp, e.format, e.url, e.fallback),
  color: (e) => h("span.color-chip", null, h("i", { css: { background: /^#[0-9a-f]{3,8}$/i.test(e.value) ? e.value : "none" } }), e.value),
  tag: (e) => h("span.tag", null, e.text),
  citation: (e) => link(e.url, e.text),
};

function inlineElement(e) {
  const build = kinds[e.type];
  if (build) return styled(build(e), e.style);
  return e.url ? link(e.url, plain(e)) : h("span", null, plain(e));
}

const inlines = (elements) => (elements ?? []).map(inlineElement);
const flatText = (elements) => (elements ?? []).map((e) => (e.type === "link" ? e.text || e.url : plain(e))).join("");

function list(e) {
  const tag = e.style === "ordered" ? "ol" : "ul";
  const indent = Math.min(Math.max(e.indent ?? 0, 0), 8);
  const items = (e.elements ?? []).map((item) => h("li", null, item.type === "rich_text_list" ? list(item) : inlines(item.elements)));
  return h(tag, {
    class: `rt-list level-${indent % 3}${e.border ? " rt-border" : ""}`,
    css: { "--indent": indent },
    start: tag === "ol" && e.offset ? e.offset + 1 : null,
  }, items);
}

function element(e) {
  switch (e.type) {
    case "rich_text_section": return h("div.rt-section", null, inlines(e.elements));
    case "rich_text_list": return list(e);
    case "rich_text_quote": return h("blockquote", null, inlines(e.elements));
    case "rich_text_preformatted": return h("pre", null, h("code", null, flatText(e.elements)));
    default: return h("div.rt-section", null, withEmoji(flatText(e.elements)));
  }
}

/** The nodes of a rich_text block or cell. */
export const richText = (block) => (block?.elements ?? []).map(element);
