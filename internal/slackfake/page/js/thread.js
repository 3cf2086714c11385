// The pane on the right with one thread.
import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { createComposer } from "./composer.js";
import { channelTitle, emptyState } from "./conversation.js";
import { MessageList } from "./list.js";
import { channelById, state, threadMessages } from "./state.js";
import { t } from "./texts.js";

export class ThreadPane {
  constructor(node, { close, onDismiss }) {
    Object.assign(this, { node, close });
    this.list = new MessageList({ inThread: true, openThread() {}, onDismiss });
    this.head = h("header.main-head");
    this.node.append(this.head, this.list.node);
    node.addEventListener("keydown", (e) => { if (e.key === "Escape") this.close(); });
  }

  show(place) {
    const opened = !!place.thread;
    const wasHidden = this.node.hidden;
    this.node.hidden = !opened;
    document.body.classList.toggle("has-thread", opened);
    if (!opened) {
      this.key = null;
      return;
    }
    const channel = channelById(place.channel);
    const name = channelTitle(channel);
    const lang = document.documentElement.lang;
    if (this.headKey !== `${name} ${lang}`) {
      this.headKey = `${name} ${lang}`;
      this.node.setAttribute("aria-label", t("thread"));
      replace(this.head, h("div.main-title", null, h("h2", null, t("thread")), h("span.topic", null, name)),
        h("button.icon-button", { type: "button", "aria-label": t("closeThread"), data: { action: "close-thread" }, onclick: () => this.close() }, icon("close")));
    }
    const key = `${state.me.id} ${place.channel} ${place.thread}`;
    const messages = threadMessages(place.channel, place.thread);
    this.node.dataset.thread = place.thread;
    this.list.show(messages, { key, name: `${t("thread")}, ${name}`, divide: true, empty: emptyState("reply", t("gone")) });
    const composer = createComposer({ channel: place.channel, name, threadTs: place.thread });
    if (this.composer?.key === composer.key && !wasHidden) return;
    this.composer?.node.remove();
    this.composer = composer;
    this.node.append(composer.node);
    if (this.key !== key && !place.at) composer.focus();
    this.key = key;
  }
}
