// Where the person is: the address's hash, "#/C1", "#/C1/thread/ts", "#/C1/at/ts", "#/app/home".
import { appChannel, channelById, state } from "./state.js";

const hashOf = ({ app, channel, thread, at }) => (app ? `#/app/${app}` : `#/${channel}${thread ? `/thread/${thread}` : ""}${at ? `/at/${at}` : ""}`);

/** {app: "home"|"messages", channel, thread, at}; the first channel when the address names none. */
export function here() {
  const [, first, ...rest] = location.hash.split("/");
  const parts = Object.fromEntries(rest.flatMap((name, i) => (["thread", "at"].includes(name) ? [[name, rest[i + 1]]] : [])));
  if (first === "app" && !state.me.is_stranger) return { app: rest[0] === "messages" ? "messages" : "home", channel: appChannel()?.id, ...parts };
  const channel = channelById(first) ?? state.channels.find((c) => c.kind !== "im") ?? state.channels[0];
  if (channel && channel.id === appChannel()?.id) return { app: "messages", channel: channel.id, ...parts };
  return { channel: channel?.id, ...parts };
}

function go(place) {
  const hash = hashOf(place);
  if (location.hash === hash) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}

/** The same place without its thread, or with another one. */
export function goThread(thread) {
  const place = here();
  if (place.app) location.hash = `#/app/messages${thread ? `/thread/${thread}` : ""}`;
  else go({ channel: place.channel, thread });
}

/** Forgets which message to point at, so that pointing happens once. */
export function settle() {
  const place = here();
  if (!place.at) return;
  history.replaceState(null, "", location.hash.replace(/\/at\/[^/]+/, ""));
}

/** A permalink's address inside the page. */
export function fromPermalink({ channel, ts, thread }) {
  const inThread = thread && thread !== ts;
  return hashOf({ channel, thread: inThread ? thread : undefined, at: ts });
}
