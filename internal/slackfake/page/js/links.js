// Links: only harmless schemes become links; links to messages of this workspace open here.
import { h } from "./dom.js";

const safe = new Set(["http:", "https:", "mailto:", "tel:"]);

/** The URL when it may be followed, else null. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return safe.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** What a permalink points at: {channel, ts, thread} or null. */
export function permalink(url) {
  const found = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?$/.exec(url?.pathname ?? "");
  if (!found) return null;
  return { channel: found[1], ts: found[2] && `${found[2]}.${found[3]}`, thread: url.searchParams.get("thread_ts") };
}

export function link(href, ...label) {
  const url = safeUrl(href);
  if (!url) return h("span", null, ...label);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}
