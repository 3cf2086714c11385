// People, channels, broadcasts and dates inside text, whichever format they came in.
import { h } from "./dom.js";
import { channelById, nameOf, state } from "./state.js";
import { formatDate, fullTime } from "./dates.js";
import { link } from "./links.js";

export function userMention(id, label) {
  const me = id === state.me?.id;
  return h(me ? "span.mention.mention-me" : "span.mention", { data: { user: id } }, `@${label || nameOf(id)}`);
}

export function channelMention(id, label) {
  const channel = channelById(id);
  if (!channel) return h("span.mention", null, `#${label || id}`);
  return h("a.mention", { href: `#/${id}`, data: { channelId: id } }, `#${channel.name}`);
}

export const broadcast = (range) => h("span.mention.mention-me", null, `@${range}`);
export const groupMention = (id, label) => h("span.mention", null, label || `@${state.groups[id] ?? id}`);

export function dateNode(seconds, format, href, fallback) {
  const text = formatDate(seconds, format ?? "");
  if (text === null) return document.createTextNode(fallback ?? "");
  const ms = Number(seconds) * 1000;
  const node = h("time", { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, text);
  return href ? link(href, node) : node;
}
