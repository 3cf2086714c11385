// Slack's mrkdwn: *bold*, _italic_, ~strike~, code, quotes, <links>, <@people>, <!date^…>.
import { h } from "./dom.js";
import { emoji, glyph, withEmoji } from "./emoji.js";
import { link } from "./links.js";
import { broadcast, channelMention, dateNode, groupMention, userMention } from "./mentions.js";

const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const encode = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const marks = { "*": "strong", "_": "em", "~": "del" };
const isWord = (ch) => ch !== undefined && /[\p{L}\p{N}]/u.test(ch);
const isSpace = (ch) => ch === undefined || /\s/.test(ch);
const urlAt = /https?:\/\/[^\s<>|`]+/y;
const emojiAt = /:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/y;

function match(regex, text, at) {
  regex.lastIndex = at;
  return regex.exec(text);
}

/** Where the mark opened at `at` closes, or -1. Links and code in between are stepped over. */
function closing(text, at) {
  const mark = text[at];
  if (isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === mark) return -1;
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === "<" || text[i] === "`") {
      const end = text.indexOf(text[i] === "<" ? ">" : "`", i + 1);
      if (end > 0) i = end;
    } else if (text[i] === mark && !isSpace(text[i - 1]) && !isWord(text[i + 1])) {
      return i;
    }
  }
  return -1;
}

/** <…>: a link, a mention, a date; null when it is none of them. */
function angle(body) {
  const bar = body.indexOf("|");
  const [target, label] = bar < 0 ? [body, ""] : [body.slice(0, bar), decode(body.slice(bar + 1))];
  if (/^@[UW][A-Z0-9_]*$/.test(target)) return userMention(target.slice(1), label);
  if (/^#[CGD][A-Z0-9_]*$/.test(target)) return channelMention(target.slice(1), label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, href] = target.split("^");
    return dateNode(seconds, format, href, label);
  }
  if (/^(https?:\/\/|mailto:|tel:)/i.test(target)) {
    const url = decode(target);
    return link(url, label ? withEmoji(label) : url.replace(/^(mailto|tel):/, ""));
  }
  return null;
}

/** Marks, links and emoji of a stretch without code blocks and quotes. */
function inline(text, plainLinks) {
  const nodes = [];
  let flat = "";
  const flush = () => { if (flat) nodes.push(decode(flat)); flat = ""; };
  const add = (node, next) => { flush(); nodes.push(node); return next; };
  for (let i = 0; i < text.length;) {
    const ch = text[i];
    let found = null;
    if (ch === "\n") { i = add(h("br"), i + 1); continue; }
    if (ch === "<") {
      const end = text.indexOf(">", i);
      const node = end > i + 1 && angle(text.slice(i + 1, end));
      if (node) { i = add(node, end + 1); continue; }
    } else if (ch === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > i + 1 && !text.slice(i, end).includes("\n")) { i = add(code(text.slice(i + 1, end)), end + 1); continue; }
    } else if (marks[ch]) {
      const end = closing(text, i);
      if (end > 0) { i = add(h(marks[ch], null, inline(text.slice(i + 1, end), plainLinks)), end + 1); continue; }
    } else if (ch === ":" && (found = match(emojiAt, text, i)) && glyph(found[1])) {
      i = add(emoji(found[1]), i + found[0].length);
      continue;
    } else if (ch === "h" && !plainLinks && !isWord(text[i - 1]) && (found = match(urlAt, text, i))) {
      const url = decode(found[0]).replace(/[.,;:!?)\]'"*_~]+$/, "");
      i = add(link(url, url), i + encodedLength(found[0], url));
      continue;
    }
    flat += ch;
    i++;
  }
  flush();
  return nodes;
}

const encodedLength = (raw, url) => {
  let n = raw.length;
  while (n > 0 && decode(raw.slice(0, n)) !== url) n--;
  return n || raw.length;
};

const unlinked = (text) => decode(text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target, label) => label || target));
const code = (text) => h("code", null, unlinked(text));

const quoted = /^(?:&gt;|>)(?!&gt;&gt;|>>) ?/;

/** Lines, gathered into quotes and the rest. */
function lines(text, plainLinks) {
  const nodes = [];
  let quote = [], rest = [];
  const flush = () => {
    if (quote.length) nodes.push(h("blockquote", null, inline(quote.join("\n"), plainLinks)));
    if (rest.length) nodes.push(...inline(rest.join("\n"), plainLinks));
    quote = []; rest = [];
  };
  for (const line of text.split("\n")) {
    const isQuote = quoted.test(line);
    if (isQuote ? rest.length : quote.length) flush();
    if (isQuote) quote.push(line.replace(quoted, ""));
    else rest.push(line);
  }
  flush();
  return nodes;
}

/** The nodes of a mrkdwn text. `verbatim` leaves bare addresses as text. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const nodes = [];
  const parts = String(text ?? "").split("```");
  // An opening fence without its closing one is just text.
  if (parts.length % 2 === 0) {
    const last = parts.pop();
    parts.push(`${parts.pop()}\`\`\`${last}`);
  }
  parts.forEach((part, i) => {
    if (i % 2) nodes.push(h("pre", null, h("code", null, unlinked(part.replace(/^\n|\n$/g, "")))));
    else if (part) nodes.push(...lines(part.replace(i ? /^\n/ : /^$/, ""), verbatim));
  });
  return nodes;
}

/** What a screen reader hears of a mrkdwn text. */
export const spoken = (text) => h("div", null, mrkdwn(text)).textContent.replace(/\s+/g, " ").trim();

/** A text object of Block Kit: plain_text as typed, mrkdwn parsed. */
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text, object);
  return object.emoji === false ? [object.text ?? ""] : withEmoji(object.text ?? "");
}
