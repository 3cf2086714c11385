// One message: who, when, what, and what can be done with it.
import * as api from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./blocks/index.js";
import { attachedFile } from "./blocks/media.js";
import { ago, fullTime, shortTime, timeOf, tsMs } from "./dates.js";
import { emoji } from "./emoji.js";
import { openList } from "./menus.js";
import { mrkdwn, spoken } from "./mrkdwn.js";
import { appBadge, avatar, strangerBadge } from "./people.js";
import { dismiss, nameOf, replies, state, userById, userName } from "./state.js";
import { Surface } from "./surface.js";
import { t } from "./texts.js";
import { fail } from "./toasts.js";

const author = (message) => userById(message.user) ?? { id: message.user ?? "", name: message.username || state.app.name || message.user || "", is_bot: message.bot };

/** What is said of a message to somebody who does not see it. */
export const spokenMessage = (message) => `${userName(author(message))}: ${spoken(message.text) || t("remoteFile")}`;

function body(message) {
  const edited = message.edited && h("span.edited", { title: fullTime(tsMs(message.edited.ts)) }, ` (${t("edited")})`);
  if (!message.blocks?.length) return h("div.text.message-text", null, mrkdwn(message.text), edited);
  const surface = new Surface({ kind: "message", key: `message:${message.channel}:${message.ts}`, target: { message: { channel: message.channel, ts: message.ts } }, blocks: message.blocks });
  return h("div.blocks", null, renderBlocks(message.blocks, surface), edited);
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div.reactions", null, message.reactions.map((one) => {
    const count = one.count ?? one.users?.length ?? 1;
    const who = (one.users ?? []).map(nameOf).join(", ");
    return h("span.reaction", { title: `${who} :${one.name}:`, class: one.users?.includes(state.me.id) ? "reaction mine" : "reaction", data: { reaction: one.name } },
      emoji(one.name), h("span", { "aria-label": t("reactedWith", count, one.name) }, count));
  }));
}

function threadLink(message, openThread) {
  const answers = replies(message.channel, message.ts);
  if (!answers.length) return null;
  const people = [...new Set(answers.map((m) => m.user))].slice(0, 4);
  return h("button.thread-link", { type: "button", data: { action: "open-thread" }, onclick: () => openThread(message.ts) },
    h("span.avatars", null, people.map((id) => avatar(userById(id) ?? { id, name: id }, "tiny"))),
    h("strong", null, t("replies", answers.length)),
    h("span.last-reply", null, t("lastReply", ago(tsMs(answers.at(-1).ts)))));
}

/** grouped: the head is left out, since the message above is by the same person at the same time. */
export function messageNode(message, { grouped, inThread, openThread, onDismiss }) {
  const user = author(message), ms = tsMs(message.ts);
  const time = h("time.time", { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, grouped ? shortTime(ms) : timeOf(ms));
  const bot = user.is_bot || message.bot;
  const node = h("article.message", {
    class: `message${grouped ? " grouped" : ""}${message.ephemeral ? " ephemeral" : ""}`,
    tabindex: "-1", "aria-label": `${spokenMessage(message)}, ${timeOf(ms)}${message.ephemeral ? `, ${t("onlyYou")}` : ""}`,
    data: { ts: message.ts, user: message.user, ephemeral: message.ephemeral ? "true" : undefined },
  },
    message.ephemeral && h("div.only-you", null, icon("eye"), h("span", null, t("onlyYou")),
      h("button.link-button", { type: "button", data: { action: "dismiss" }, onclick: () => { dismiss(message); onDismiss(); } }, t("dismiss"))),
    h("div.message-row", null,
      h("div.gutter", null, grouped ? time : avatar(user)),
      h("div.message-main", null,
        !grouped && h("div.message-head", null, h("strong.author", null, userName(user)), bot && appBadge(), user.is_stranger && strangerBadge(), time),
        body(message),
        message.files?.length > 0 && h("div.files", null, message.files.map(attachedFile)),
        reactions(message),
        !inThread && !message.ephemeral && threadLink(message, openThread))),
    !inThread && !message.ephemeral && h("div.message-tools", null,
      h("button.icon-button.small", { type: "button", "aria-label": t("replyInThread"), title: t("replyInThread"), data: { action: "reply" }, onclick: () => openThread(message.ts) }, icon("reply")),
      state.shortcuts.length > 0 && h("button.icon-button.small", {
        type: "button", "aria-label": t("moreActions"), title: t("moreActions"), "aria-haspopup": "menu", "aria-expanded": "false", data: { action: "shortcuts" },
        onclick: (e) => openShortcuts(e.currentTarget, message),
      }, icon("more"))));
  return node;
}

/** What the app offers to do with a message. */
function openShortcuts(anchor, message) {
  openList(anchor, {
    label: t("moreActions"),
    items: state.shortcuts.map((one) => ({ value: one.callback_id, text: one.name, description: state.app.name, data: { shortcut: one.callback_id } })),
    onPick: (item) => api.sendShortcut(state.me.id, item.value, { channel: message.channel, ts: message.ts }).catch(fail),
  });
}
