// A list of messages: grouped by author, divided by day, kept at its end while one reads there.
import { arrange, h, rememberFocus, replace } from "./dom.js";
import { icon } from "./icons.js";
import { dayKey, dayTitle, tsMs } from "./dates.js";
import { messageNode } from "./message.js";
import { locale, now, state } from "./state.js";
import { t } from "./texts.js";

const GROUP_MS = 5 * 60000;
const sameAuthor = (a, b) => a && a.user === b.user && !!a.ephemeral === !!b.ephemeral && tsMs(b.ts) - tsMs(a.ts) < GROUP_MS;

const divider = (title, isNew) => h("div", { role: "separator", class: isNew ? "day is-new" : "day" }, title && h("span", null, title), isNew && h("b", null, t("newMessages")));

export class MessageList {
  /** hooks: openThread(ts), onDismiss(). */
  constructor({ inThread = false, ...hooks }) {
    Object.assign(this, { inThread, hooks, drawn: new Map(), atEnd: true, key: "", lastTop: 0 });
    this.inner = h("div.messages-inner");
    this.jump = h("button.jump", { type: "button", hidden: true, onclick: () => this.toEnd() });
    this.scroller = h("div.messages", { role: "region", tabindex: "0", onscroll: () => this.onScroll() }, this.inner);
    this.node = h("div.messages-wrap", null, this.scroller, this.jump);
    this.scroller.addEventListener("keydown", (e) => this.onKey(e));
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(this.inner);
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(this.scroller);
  }

  /** Shows the messages; `firstNew` is the ts of the first one unread, `top` what stands above them, `empty` in their place. */
  show(messages, { key, name, firstNew, top, empty, divide }) {
    const moved = key !== this.key;
    const lengthened = !moved && messages.length > (this.count ?? 0);
    if (moved) this.drawn.clear();
    Object.assign(this, { key, count: messages.length });
    this.scroller.setAttribute("aria-label", t("messagesIn", name));
    this.scroller.dataset.messages = name;
    const restore = rememberFocus(this.scroller);
    const focused = document.activeElement?.closest?.("[data-ts]")?.dataset.ts;
    const answers = Map.groupBy(this.inThread || !messages[0] ? [] : state.messages[messages[0].channel], (m) => m.thread_ts);
    // "Tomorrow" and "2 hours ago" inside a message grow old with the clock.
    const hour = Math.floor(now() / 3600000), minute = Math.floor(now() / 60000);
    const fresh = new Map(), nodes = [];
    const add = (id, sign, build) => nodes.push(this.reuse(fresh, id, sign, build));
    if (top) add("top", [name], () => top);
    let last = null;
    for (const message of messages) {
      const day = dayKey(tsMs(message.ts));
      const newDay = !this.inThread && (!last || dayKey(tsMs(last.ts)) !== day);
      const isNew = message.ts === firstNew;
      const title = newDay ? dayTitle(tsMs(message.ts)) : "";
      if (newDay || isNew) add(`day ${message.ts}`, [title, isNew], () => divider(title, isNew));
      const grouped = !newDay && !isNew && !(divide && last === messages[0]) && sameAuthor(last, message);
      const thread = answers.get(message.ts) ?? [];
      add(`${message.ts}${message.ephemeral ? "e" : ""}`, [message, grouped, state.users, locale(), hour, thread.length, thread.at(-1), thread.length && minute],
        () => messageNode(message, { grouped, inThread: this.inThread, ...this.hooks }));
      if (divide && message === messages[0] && messages.length > 1) add("count", [messages.length], () => h("div.day.thread-count", { role: "separator" }, h("span", null, t("replies", messages.length - 1))));
      last = message;
    }
    if (!messages.length) add("empty", [name, locale()], () => empty);
    this.drawn = fresh;
    this.last()?.setAttribute("tabindex", "-1");
    arrange(this.inner, nodes);
    this.last()?.setAttribute("tabindex", "0");
    restore();
    if (focused && document.activeElement === document.body) this.byTs(focused)?.focus({ preventScroll: true });
    if (moved || this.atEnd || (lengthened && messages.at(-1).user === state.me.id)) this.toEnd();
    else if (lengthened) this.showJump(true);
  }

  /** The node drawn before under this id when all it depends on is the same, else a new one. */
  reuse(fresh, id, sign, build) {
    const before = this.drawn.get(id);
    const entry = before && sign.every((part, i) => part === before.sign[i]) ? before : { sign, node: build() };
    fresh.set(id, entry);
    return entry.node;
  }

  byTs = (ts) => [...this.inner.querySelectorAll("[data-ts]")].find((n) => n.dataset.ts === ts);
  last = () => [...this.inner.querySelectorAll(".message")].at(-1);

  /** Brings a message into view and marks it for a moment. */
  point(ts) {
    const node = this.byTs(ts);
    if (!node) return false;
    this.atEnd = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed");
    node.focus({ preventScroll: true });
    setTimeout(() => node.classList.remove("pointed"), 2500);
    return true;
  }

  toEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
    this.showJump(false);
  }

  showJump(on) {
    if (this.jump.hidden === !on) return;
    this.jump.hidden = !on;
    replace(this.jump, icon("down"), t("jumpLatest"));
  }

  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // Only moving up leaves the end; content that grows or a box that shrinks does not.
    if (scrollHeight - scrollTop - clientHeight < 60) this.atEnd = true;
    else if (scrollTop < this.lastTop - 2) this.atEnd = false;
    this.lastTop = scrollTop;
    if (this.atEnd) this.showJump(false);
  }

  onKey(e) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[e.key];
    if (!step || !(e.target === this.scroller || e.target.matches(".message"))) return;
    const all = [...this.inner.querySelectorAll(".message")];
    const at = all.indexOf(e.target);
    const next = at < 0 ? all.at(-1) : all[at + step];
    if (!next) return;
    e.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}
