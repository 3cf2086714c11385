// The bar on top: the workspace's clock, the demo's buttons, the language, and who one is.
import * as api from "./api.js";
import { h, replace, s } from "./dom.js";
import { icon } from "./icons.js";
import { clockText } from "./dates.js";
import { openList } from "./menus.js";
import { avatar, strangerBadge } from "./people.js";
import { locale, now, state, userName } from "./state.js";
import { t } from "./texts.js";
import { fail } from "./toasts.js";

const mark = () => s("svg", { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" },
  s("path", { d: "M7 21.5 16 12.5", class: "mark-one" }), s("path", { d: "m16 19.5 9-9", class: "mark-two" }));

async function during(button, work) {
  button.setAttribute("aria-busy", "true");
  button.classList.add("busy");
  try {
    await work();
  } catch (error) {
    fail(error);
  }
  button.removeAttribute("aria-busy");
  button.classList.remove("busy");
}

const chip = (label, data, work, ...inside) => {
  const button = h("button.chip-button", { type: "button", data, onclick: () => { if (!button.classList.contains("busy")) during(button, work); } }, inside, h("span.button-label", null, label));
  return button;
};

function languages() {
  const spanish = /^es\b/i.test(locale());
  const one = (code, words, on) => h("button", { type: "button", lang: code.slice(0, 2), data: { locale: code }, "aria-pressed": String(on), title: words, onclick: (e) => { if (!on) during(e.currentTarget, () => api.setLanguage(state.me.id, code)); } }, code.slice(0, 2).toUpperCase());
  return h("div.languages", { role: "group", "aria-label": t("language") }, one("en-US", t("english"), !spanish), one("es-ES", t("spanish"), spanish));
}

/** The clock, its jumps and the host's buttons: one group, in the bar or, on narrow screens, in the drawer. */
export const tools = h("div.tools", { role: "group" });
const clock = h("time.clock-text", { data: { clock: "" } });

export function drawTools() {
  tools.setAttribute("aria-label", t("tools"));
  tick();
  replace(tools,
    h("div.tool-set.clock", { title: t("clock") }, icon("clock"), h("span.sr-only", null, t("clock")), clock,
      chip(t("monday"), { clockTo: "monday" }, () => api.moveClock("monday")),
      chip(t("tomorrow"), { clockTo: "tomorrow" }, () => api.moveClock("tomorrow"))),
    state.buttons.length > 0 && h("div.tool-set", null, state.buttons.map((b) => chip(b.label, { button: b.id }, () => api.pressButton(b.id), icon("spark")))),
    languages());
}

export function tick() {
  if (!state.me) return;
  const text = clockText(now());
  if (clock.textContent !== text) clock.textContent = text;
  clock.setAttribute("datetime", new Date(now()).toISOString());
}

export function drawTopbar(node, { wide, openDrawer, beSomebody }) {
  const people = state.users.filter((u) => !u.is_bot);
  const me = state.me;
  const who = h("button.who", {
    type: "button", id: "who", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": `${t("switchPerson")}: ${userName(me)}`, data: { action: "switch-user", user: me.id },
    onclick: () => openList(who, {
      label: t("switchPerson"),
      items: people.map((u) => ({
        value: u.id, text: userName(u), checkable: true, selected: u.id === me.id, data: { user: u.id },
        picture: avatar(u, "small"), nodes: [h("span", null, userName(u)), u.is_stranger && strangerBadge()], description: [u.title || u.role, u.is_stranger && t("external")].filter(Boolean).join(", "),
      })),
      onPick: (item) => { if (item.value !== me.id) beSomebody(item.value); },
    }),
  }, avatar(me, "small"), h("span.who-text", null, h("small", null, t("actAs")), h("strong", null, userName(me))), icon("down"));
  const keep = document.activeElement?.id === "who";
  replace(node,
    !wide && h("button.icon-button.on-dark", { type: "button", id: "drawer-button", "aria-label": t("openSidebar"), "aria-expanded": "false", onclick: openDrawer }, icon("menu")),
    h("div.brand", null, mark(), h("span", null, state.team.name ?? "")),
    wide ? tools : h("div.spacer"), who);
  if (keep) who.focus();
}
