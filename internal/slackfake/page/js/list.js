// A list of messages: grouped by author, divided by day, kept at its end while one reads there.
import { h, rememberFocus, replace } from "./dom.js";
import { icon } from "./icons.js";
import { dayKey, dayTitle, tsMs } from "./dates.js";
import { messageNode } from "./message.js";
import { state } from "./state.js";
import { t } from "./texts.js";

const GROUP_MS = 5 * 60000;
const sameAuthor = (a, b) => a && a.user === b.user && !!a.ephemeral === !!b.ephemeral && tsMs(b.ts) - tsMs(a.ts) < GROUP_MS;

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
    const fresh = new Map(), nodes = [top];
    let last = null;
    for (const message of messages) {
      const day = dayKey(tsMs(message.ts));
      const newDay = !last || dayKey(tsMs(last.ts)) !== day;
      const isNew = message.ts === firstNew;
      if (newDay && !this.inThread) nodes.push(h("div.day", { role: "separator", class: isNew ? "day is-new" : "day" }, h("span", null, dayTitle(tsMs(message.ts))), isNew && h("b", null, t("newMessages"))));
      else if (isNew) nodes.push(h("div.day.is-new", { role: "separator" }, h("b", null, t("newMessages"))));
      const grouped = !newDay && !isNew && !(divide && last === messages[0]) && sameAuthor(last, message);
      nodes.push(this.draw(fresh, message, grouped));
      if (divide && message === messages[0] && messages.length > 1) nodes.push(h("div.day.thread-count", { role: "separator" }, h("span", null, t("replies", messages.length - 1))));
      last = message;
    }
    this.drawn = fresh;
    replace(this.inner, ...(messages.length ? nodes : [top, empty]));
    this.last()?.setAttribute("tabindex", "0");
    restore();
    if (focused && document.activeElement === document.body) this.byTs(focused)?.focus({ preventScroll: true });
    if (moved || this.atEnd || (lengthened && messages.at(-1).user === state.me.id)) this.toEnd();
    else if (lengthened) this.showJump(true);
  }

  /** The node of a message; the one drawn before when nothing about it changed. */
  draw(fresh, message, grouped) {
    const id = `${message.ts}${message.ephemeral ? "e" : ""}`;
    const answers = this.inThread ? [] : (state.messages[message.channel] ?? []).filter((m) => m.thread_ts === message.ts && m.ts !== message.ts);
    const sign = JSON.stringify([message, grouped, answers.map((m) => [m.ts, m.deleted]), state.users, state.me.locale, dayKey(tsMs(message.ts)) === this.today]);
    const before = this.drawn.get(id);
    const entry = before?.sign === sign ? before : { sign, node: messageNode(message, { grouped, inThread: this.inThread, ...this.hooks }) };
    entry.node.setAttribute("tabindex", "-1");
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
