// What the person on the page sees, as last told by the server.

export const state = {
  me: null, zone: "UTC", team: {}, app: {}, users: [], groups: {}, channels: [], messages: {}, commands: [], shortcuts: [],
  home: null, views: [], buttons: [],
};

let clockBase = 0, clockRead = 0;

export function load(fresh) {
  Object.assign(state, {
    me: fresh.me, zone: fresh.zone || "UTC", team: fresh.team ?? {}, app: fresh.app ?? {},
    users: fresh.users ?? [], groups: fresh.groups ?? {}, channels: fresh.channels ?? [], messages: fresh.messages ?? {},
    commands: fresh.commands ?? [], shortcuts: fresh.shortcuts ?? [], home: fresh.home ?? null, views: fresh.views ?? [], buttons: fresh.buttons ?? [],
  });
  setClock(fresh.now);
}

export function setClock(ms) {
  clockBase = ms;
  clockRead = Date.now();
}

/** The workspace's time in milliseconds, which runs on between the server's words. */
export const now = () => clockBase + (Date.now() - clockRead);

export const userById = (id) => state.users.find((u) => u.id === id);
export const channelById = (id) => state.channels.find((c) => c.id === id);
export const userName = (u) => u?.real_name || u?.name || "";
export const nameOf = (id) => userName(userById(id)) || id;
export const myZone = () => state.me?.tz || state.zone;
export const locale = () => state.me?.locale || "en-US";
export const appUser = () => userById(state.app.bot_user);
export const appName = () => userName(appUser()) || state.app.name || "App";
/** The other person of a direct message. */
export const otherOf = (channel) => channel?.members?.find((id) => id !== state.me?.id) ?? channel?.with;
export const appChannel = () => state.channels.find((c) => c.kind === "im" && otherOf(c) === state.app.bot_user);
export const byTs = (a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);
const isDismissed = (m) => m.ephemeral && sessionStorage.getItem(`gone:${state.me.id}:${m.ts}`);
export const dismiss = (m) => sessionStorage.setItem(`gone:${state.me.id}:${m.ts}`, "1");

const shown = (channel) => (state.messages[channel] ?? []).filter((m) => !m.deleted && !isDismissed(m)).sort(byTs);
const isReply = (m) => m.thread_ts && m.thread_ts !== m.ts;

export const rootMessages = (channel) => shown(channel).filter((m) => !isReply(m));
export const threadMessages = (channel, ts) => shown(channel).filter((m) => m.ts === ts || m.thread_ts === ts);
export const replies = (channel, ts) => threadMessages(channel, ts).filter((m) => m.ts !== ts && !m.ephemeral);

/** Puts a new or changed message in its place; true when it was not there before. */
export function putMessage(channel, message) {
  const list = (state.messages[channel] ??= []);
  const at = list.findIndex((m) => m.ts === message.ts && !!m.ephemeral === !!message.ephemeral);
  if (at < 0) list.push(message);
  else list[at] = message;
  return at < 0;
}

export function dropMessage(channel, ts) {
  state.messages[channel] = (state.messages[channel] ?? []).filter((m) => m.ts !== ts);
}

// How far each person has read each channel, for bold names and counts.
const read = new Map();
const readKey = (channel) => `${state.me.id}/${channel}`;

export function markRead(channel) {
  const last = shown(channel).at(-1);
  read.set(readKey(channel), last?.ts ?? "");
}

function unreadMessages(channel) {
  if (!read.has(readKey(channel))) markRead(channel);
  return rootMessages(channel).filter((m) => m.ts > read.get(readKey(channel)) && m.user !== state.me.id);
}

export const unread = (channel) => unreadMessages(channel).length;
export const firstUnread = (channel) => unreadMessages(channel)[0];
