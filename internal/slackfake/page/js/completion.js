// The list above the message box: slash commands, people after "@", channels after "#".
import { h, replace, uid } from "./dom.js";
import { state, userName } from "./state.js";
import { t } from "./texts.js";
import { avatar } from "./people.js";

const broadcasts = ["here", "channel", "everyone"];
const starts = (text, word) => text.toLowerCase().split(/\s+/).some((part) => part.startsWith(word)) || text.toLowerCase().startsWith(word);

/** Suggestions for the text before the caret: {title, from, items: [{insert, label, hint, description}]} or null. */
export function suggestions(before, inThread) {
  const command = /^\/(\S*)$/.exec(before);
  if (command && !inThread) {
    const items = state.commands.filter((c) => c.command.toLowerCase().startsWith(before.toLowerCase()))
      .map((c) => ({ insert: `${c.command} `, exact: c.command === before, label: c.command, hint: c.usage_hint, description: c.description }));
    return items.length ? { title: t("commandsTitle"), from: 0, items } : null;
  }
  const mention = /(?:^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!mention) return null;
  const [, sign, typed] = mention;
  const from = before.length - typed.length - 1, word = typed.toLowerCase();
  const items = sign === "@"
    ? [...state.users.filter((u) => starts(userName(u), word) || starts(u.name ?? "", word)).map((u) => ({ insert: `@${userName(u)} `, label: userName(u), picture: avatar(u, "tiny"), description: u.title ?? "" })),
      ...broadcasts.filter((b) => typed && b.startsWith(word)).map((b) => ({ insert: `@${b} `, label: `@${b}`, description: "" }))]
    : state.channels.filter((c) => c.kind !== "im" && starts(c.name, word)).map((c) => ({ insert: `#${c.name} `, label: `#${c.name}`, description: c.topic ?? "" }));
  return items.length ? { title: t(sign === "@" ? "peopleTitle" : "channelsTitle"), from, items: items.slice(0, 12) } : null;
}

/** The hint that stands beside a command that is being written: "/lead <e-mail | #number>". */
export function usageHint(text) {
  const [, name] = /^(\/\S+)\s/.exec(text) ?? [];
  return state.commands.find((c) => c.command === name);
}

/** The list as a listbox steered by the keys of the message box. */
export class Completion {
  constructor(input, { inThread, onPick }) {
    Object.assign(this, { input, inThread, onPick, found: null, active: 0 });
    this.list = h("div", { role: "listbox", id: uid("suggestions") });
    this.node = h("div.completion", { hidden: true }, this.list);
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
  }

  get isOpen() { return !this.node.hidden; }

  update() {
    const { value, selectionStart, selectionEnd } = this.input;
    this.found = selectionStart === selectionEnd ? suggestions(value.slice(0, selectionStart), this.inThread) : null;
    this.node.hidden = !this.found;
    this.input.setAttribute("aria-expanded", String(!!this.found));
    if (!this.found) return this.input.removeAttribute("aria-activedescendant");
    this.list.setAttribute("aria-label", this.found.title);
    replace(this.list, h("div.completion-title", { role: "presentation" }, this.found.title), this.found.items.map((item, i) => {
      item.node = h("div.completion-item", {
        role: "option", id: uid("suggestion"), data: { suggestion: item.label },
        onpointerdown: (e) => { e.preventDefault(); this.pick(i); }, onpointermove: () => this.activate(i),
      }, item.picture, h("span.completion-name", null, h("strong", null, item.label), item.hint && h("span.usage", null, ` ${item.hint}`)), item.description && h("small", null, item.description));
      return item.node;
    }));
    this.activate(0);
  }

  activate(i) {
    const items = this.found.items;
    this.active = (i + items.length) % items.length;
    items.forEach((item, at) => {
      item.node.classList.toggle("active", at === this.active);
      item.node.setAttribute("aria-selected", String(at === this.active));
    });
    this.input.setAttribute("aria-activedescendant", items[this.active].node.id);
    items[this.active].node.scrollIntoView({ block: "nearest" });
  }

  pick(i = this.active) {
    const item = this.found.items[i];
    const { value, selectionStart } = this.input;
    const after = value.slice(selectionStart).replace(/^ /, "");
    this.input.value = value.slice(0, this.found.from) + item.insert + after;
    const caret = this.found.from + item.insert.length;
    this.input.setSelectionRange(caret, caret);
    this.close();
    this.onPick();
  }

  close() {
    this.node.hidden = true;
    this.found = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** True when the key was for the list. */
  key(e) {
    if (!this.isOpen) return false;
    if (e.key === "ArrowDown") this.activate(this.active + 1);
    else if (e.key === "ArrowUp") this.activate(this.active - 1);
    else if (e.key === "Escape") this.close();
    else if (e.key === "Tab" && !e.shiftKey) this.pick();
    else if (e.key === "Enter" && !e.shiftKey && !this.found.items[this.active].exact) this.pick();
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  }
}
