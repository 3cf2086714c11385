// The message box: Enter sends, Shift+Enter breaks the line, "/" opens the commands.
import * as api from "./api.js";
import { h, replace, uid } from "./dom.js";
import { icon } from "./icons.js";
import { Completion, usageHint } from "./completion.js";
import { encode } from "./mrkdwn.js";
import { state, userName } from "./state.js";
import { t } from "./texts.js";
import { fail, toast } from "./toasts.js";

const drafts = new Map();
const escapeRegex = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Typed text as Slack stores it: escaped, with people, channels and broadcasts as references. */
function encodeMessage(text) {
  const references = new Map([
    ...state.users.map((u) => [encode(`@${userName(u)}`), `<@${u.id}>`]),
    ...state.channels.filter((c) => c.kind !== "im").map((c) => [encode(`#${c.name}`), `<#${c.id}|${c.name}>`]),
    ...["here", "channel", "everyone"].map((b) => [`@${b}`, `<!${b}>`]),
  ]);
  const names = [...references.keys()].sort((a, b) => b.length - a.length).map(escapeRegex).join("|");
  return encode(text).replace(new RegExp(`(?<![\\p{L}\\p{N}])(${names})(?![\\p{L}\\p{N}-])`, "gu"), (name) => references.get(name));
}

/** A message box for a channel, or for a thread of it. */
export function createComposer({ channel, name, threadTs }) {
  const key = () => `${state.me.id} ${channel} ${threadTs ?? ""}`;
  const draft = key();
  const hint = uid("hint");
  const input = h("textarea.composer-input", {
    rows: "1", role: "combobox", "aria-autocomplete": "list", "aria-label": t("composerLabel", name), "aria-describedby": hint,
    placeholder: threadTs ? t("replyPlaceholder") : t("composerPlaceholder", name), value: drafts.get(draft) ?? "",
    data: { composer: threadTs ? "thread" : "channel" }, spellcheck: "true", autocomplete: "off",
    oninput: () => { grow(); completion.update(); note(); },
    onclick: () => completion.update(),
    onblur: () => completion.close(),
    onkeydown: (e) => {
      if (e.isComposing || completion.key(e)) return;
      if (e.key === "Enter" && !e.shiftKey && !e.ctrlKey && !e.altKey) { e.preventDefault(); send(); }
    },
  });
  const usage = h("div.composer-usage", { "aria-live": "polite", hidden: true });
  const button = h("button.composer-send", { type: "button", "aria-label": t("send"), data: { action: "send" }, onclick: () => { send(); input.focus(); } }, icon("send"));
  const chooser = h("input", { type: "file", hidden: true, tabindex: "-1", data: { files: threadTs ? "thread" : "channel" }, onchange: drop });
  const attach = h("button.composer-attach", { type: "button", "aria-label": t("attach"), title: t("attach"), data: { action: "attach" }, onclick: () => chooser.click() }, icon("attach"));
  const completion = new Completion(input, { inThread: !!threadTs, onPick: () => { grow(); note(); input.focus(); } });
  const node = h("div.composer", null, completion.node, usage, h("div.composer-box", null, input, chooser, attach, button), h("div.composer-hint", { id: hint }, t(threadTs ? "replyHint" : "sendHint")));

  function grow() {
    drafts.set(draft, input.value);
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", `${Math.min(input.scrollHeight, 200)}px`);
    button.classList.toggle("ready", input.value.trim() !== "");
  }

  function note() {
    const command = !threadTs && usageHint(input.value);
    usage.hidden = !command || completion.isOpen;
    if (command) replace(usage, h("strong", null, command.command), command.usage_hint && h("span.usage", null, ` ${command.usage_hint}`), command.description && h("small", null, command.description));
  }

  async function send() {
    const text = input.value.trim();
    if (!text) return;
    if (text.startsWith("/") && threadTs) return toast(t("noCommandInThread", text.split(/\s/)[0]));
    input.value = "";
    grow();
    note();
    completion.close();
    try {
      if (text.startsWith("/")) await api.sendCommand(state.me.id, channel, text);
      else await api.sendMessage(state.me.id, channel, encodeMessage(text), threadTs);
    } catch (error) {
      if (!input.value) { input.value = text; grow(); }
      if (error.status === 404) toast(t("unknownCommand", text.split(/\s/)[0]));
      else fail(error);
    }
  }

  /** Sends the chosen file, with what was typed. */
  async function drop() {
    const [file] = chooser.files;
    if (!file) return;
    const text = input.value.trim();
    try {
      const uploaded = (await api.uploadFile(state.me.id, file)).file;
      await api.sendMessage(state.me.id, channel, encodeMessage(text), threadTs, [uploaded.id]);
      input.value = "";
      grow();
    } catch (error) {
      fail(error);
    } finally {
      chooser.value = "";
    }
  }

  requestAnimationFrame(grow);
  return { node, focus: () => input.focus({ preventScroll: true }), key: `${draft} ${name} ${document.documentElement.lang} ${JSON.stringify(state.commands)}` };
}
