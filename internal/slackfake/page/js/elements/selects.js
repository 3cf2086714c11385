// All select menus: static (with groups), people, conversations, channels; one or several.
import { h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { openList } from "../menus.js";
import { textObject } from "../mrkdwn.js";
import { avatar } from "../people.js";
import { otherOf, state, userById, userName } from "../state.js";
import { t } from "../texts.js";
import { held, withValue } from "../values.js";

const look = (item) => [item.picture, item.nodes ?? item.text];
const plain = (object) => object?.text ?? "";

function staticItems(element) {
  const item = (group) => (option) => ({ value: option.value, held: option, group, text: plain(option.text), nodes: textObject(option.text), description: plain(option.description) });
  if (element.option_groups) return element.option_groups.flatMap((g) => (g.options ?? []).map(item(plain(g.label))));
  return (element.options ?? []).map(item());
}

const person = (user) => ({ value: user.id, held: user.id, text: userName(user), picture: avatar(user, "tiny"), nodes: [userName(user)], description: user.title, data: { user: user.id } });
const room = (channel) => ({ value: channel.id, held: channel.id, text: channel.kind === "im" ? userName(userById(otherOf(channel))) : `#${channel.name}` });

function conversations(element) {
  const { include, exclude_bot_users: noBots, exclude_external_shared_channels: noShared } = element.filter ?? {};
  return state.channels.filter((channel) => {
    if (channel.kind === "im") return (!include || include.includes("im")) && !(noBots && userById(otherOf(channel))?.is_bot);
    if (noShared && channel.members?.some((id) => userById(id)?.is_stranger)) return false;
    return !include || include.includes("public") || include.includes("private");
  }).map(room);
}

const sources = {
  static: [staticItems, "choose"],
  external: [staticItems, "choose"],
  users: [() => state.users.map(person), "chooseUser"],
  channels: [() => state.channels.filter((c) => c.kind !== "im").map(room), "chooseChannel"],
  conversations: [conversations, "chooseChannel"],
};

export function select(element, ctx) {
  const multi = element.type.startsWith("multi_");
  const [itemsOf, word] = sources[element.type.replace(/^multi_/, "").replace(/_select$/, "")];
  const keyOf = (content) => (typeof content === "object" ? content?.value : content);
  const chosen = () => {
    const content = held(ctx.value());
    return (multi ? content : [content]).filter((c) => c !== null && c !== undefined).map(keyOf);
  };
  const nameOf = (key) => itemsOf(element).find((i) => i.value === key) ?? { text: key, nodes: key };

  async function put(contents, keepOpen) {
    const before = ctx.value();
    const value = withValue(element.type, multi ? contents : contents[0] ?? null);
    ctx.put(value);
    draw();
    const sent = await ctx.send(value, node);
    if (sent === false) ctx.put(before), draw();
    return keepOpen;
  }

  const trigger = h("button.select-trigger", {
    type: "button", id: ctx.id, role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-labelledby": ctx.labelId && `${ctx.labelId} ${ctx.id}`, ...ctx.aria,
    onclick: toggle,
    onkeydown: (e) => { if (["ArrowDown", "ArrowUp"].includes(e.key)) { e.preventDefault(); toggle(); } },
  });
  const chips = multi && h("div.chips");
  const clear = !multi && ctx.optional && h("button.icon-button.small.select-clear", { type: "button", "aria-label": t("clear"), onclick: () => { put([]); trigger.focus(); } }, icon("close"));
  const node = h("div.select", { data: { actionId: element.action_id } }, chips, trigger, clear);

  let changed = false;
  function toggle() {
    const now = chosen();
    const items = itemsOf(element).map((item) => ({ ...item, selected: now.includes(item.value) }));
    changed = false;
    openList(trigger, {
      items, role: "listbox", multi, wide: true, search: items.length > 5, label: ctx.labelText || plain(element.placeholder) || t(word),
      onPick: (item, all) => {
        if (!multi) return void put([item.held]);
        if (all.length > (element.max_selected_items ?? Infinity)) return false;
        changed = true;
        ctx.put(withValue(element.type, all.map((i) => i.held)));
        draw();
      },
      onClose: () => { if (multi && changed) put(held(ctx.value())); },
    });
  }

  function draw() {
    const keys = chosen();
    const placeholder = plain(element.placeholder) || t(word);
    const empty = multi || keys.length === 0;
    trigger.classList.toggle("placeholder", empty);
    replace(trigger, h("span.select-value", null, empty ? placeholder : look(nameOf(keys[0]))), icon("down"));
    if (multi && keys.length) trigger.append(h("span.sr-only", null, t("chosen", keys.length)));
    if (clear) clear.hidden = keys.length === 0;
    if (chips) {
      chips.hidden = keys.length === 0;
      replace(chips, keys.map((key) => h("span.chip", { data: { value: key } }, h("span", null, look(nameOf(key))),
        h("button.chip-remove", { type: "button", "aria-label": t("removeChoice", nameOf(key).text), onclick: () => { put(held(ctx.value()).filter((c) => keyOf(c) !== key)); trigger.focus(); } }, icon("close")))));
    }
  }

  draw();
  return node;
}
