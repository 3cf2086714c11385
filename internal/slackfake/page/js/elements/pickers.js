// Date, time and date-and-time pickers. The calendar is a grid that arrow keys walk.
import { h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { closeMenu, popup } from "../menus.js";
import { dayKey, plainDate, wallTime, zonedSeconds } from "../dates.js";
import { locale, now } from "../state.js";
import { t } from "../texts.js";
import { held, withValue } from "../values.js";

const DAY = 86400000;
const at = (iso) => new Date(`${iso}T00:00:00Z`);
const iso = (date) => date.toISOString().slice(0, 10);
const moved = (day, days) => iso(new Date(at(day).getTime() + days * DAY));
const format = (date, options) => new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options }).format(date);

function movedMonth(day, by) {
  const date = at(day), wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + by);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return iso(date);
}

/** Sunday 0 or Monday 1, as the locale begins its week. */
function firstWeekday() {
  const info = new Intl.Locale(locale());
  return ((info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1) % 7;
}

const keys = { ArrowLeft: (d) => moved(d, -1), ArrowRight: (d) => moved(d, 1), ArrowUp: (d) => moved(d, -7), ArrowDown: (d) => moved(d, 7), PageUp: (d) => movedMonth(d, -1), PageDown: (d) => movedMonth(d, 1) };

function openCalendar(anchor, chosen, onPick) {
  let focus = chosen || dayKey(now());
  const grid = h("table.calendar-grid", { role: "grid" });
  const heading = h("strong", { "aria-live": "polite" });
  const turn = (by, name, label) => h("button.icon-button.small", { type: "button", "aria-label": t(label), onclick: () => { focus = movedMonth(focus, by); draw(); } }, icon(name));
  const node = h("div.calendar", { role: "dialog" }, h("div.calendar-head", null, turn(-1, "back", "previousMonth"), heading, turn(1, "next", "nextMonth")), grid);

  function draw(refocus) {
    const first = `${focus.slice(0, 8)}01`;
    const start = moved(first, -((at(first).getUTCDay() - firstWeekday() + 7) % 7));
    heading.textContent = format(at(first), { month: "long", year: "numeric" });
    const names = [...Array(7).keys()].map((i) => at(moved(start, i)));
    const weeks = [...Array(6).keys()].map((w) => [...Array(7).keys()].map((d) => moved(start, w * 7 + d))).filter((week) => week.some((d) => d.slice(0, 7) === first.slice(0, 7)));
    replace(grid, h("thead", null, h("tr", null, names.map((d) => h("th", { scope: "col", abbr: format(d, { weekday: "long" }) }, format(d, { weekday: "narrow" }))))),
      h("tbody", null, weeks.map((week) => h("tr", null, week.map((day) => h("td", { role: "gridcell", "aria-selected": String(day === chosen) },
        h("button.day", {
          type: "button", tabindex: day === focus ? "0" : "-1", data: { date: day }, "aria-label": format(at(day), { dateStyle: "full" }), "aria-current": day === dayKey(now()) ? "date" : null,
          class: `day${day.slice(0, 7) === first.slice(0, 7) ? "" : " other"}${day === chosen ? " chosen" : ""}`, onclick: () => { closeMenu(); onPick(day); },
        }, String(Number(day.slice(8))))))))));
    if (refocus) grid.querySelector("[tabindex='0']").focus();
  }
  grid.addEventListener("keydown", (e) => {
    if (!keys[e.key]) return;
    e.preventDefault();
    focus = keys[e.key](focus);
    draw(true);
  });
  draw();
  popup(anchor, node, { label: t("calendar") });
  grid.querySelector("[tabindex='0']").focus();
}

function dateButton({ id, aria, labelId, value, placeholder, onPick }) {
  let chosen = value;
  const node = h("button.select-trigger.date-trigger", {
    type: "button", id, "aria-haspopup": "dialog", "aria-expanded": "false", "aria-labelledby": labelId && `${labelId} ${id}`, ...aria,
    onclick: () => openCalendar(node, chosen, (day) => { set(day); onPick(day); }),
  });
  function set(day) {
    chosen = day;
    node.classList.toggle("placeholder", !day);
    replace(node, icon("calendar"), h("span.select-value", null, day ? plainDate(day) : placeholder || t("chooseDate")), icon("down"));
  }
  set(value);
  return { node, set };
}

const timeInput = (props) => h("input.field.time-field", { type: "time", "aria-label": t("time"), ...props });

/** Puts and sends a value; puts the old one back when the person declines the confirmation. */
async function change(element, ctx, content, node, restore) {
  const before = ctx.value();
  const value = withValue(element.type, content);
  ctx.put(value);
  if ((await ctx.send(value, node)) === false) {
    ctx.put(before);
    restore(held(before));
  }
}

export function datePicker(element, ctx) {
  const picker = dateButton({ id: ctx.id, aria: ctx.aria, labelId: ctx.labelId, value: held(ctx.value()), placeholder: element.placeholder?.text, onPick: (day) => change(element, ctx, day, node, picker.set) });
  const clear = ctx.optional && h("button.icon-button.small", { type: "button", "aria-label": t("clear"), onclick: () => { picker.set(null); change(element, ctx, null, node, picker.set); } }, icon("close"));
  const node = h("div.picker", { data: { actionId: element.action_id } }, picker.node, clear);
  return node;
}

export function timePicker(element, ctx) {
  const send = () => { if ((input.value || null) !== held(ctx.value())) change(element, ctx, input.value || null, node, (old) => { input.value = old ?? ""; }); };
  // Inside an app's form the value counts while typing; elsewhere it is sent once it is whole.
  const input = timeInput({ id: ctx.id, "aria-labelledby": ctx.labelId, ...ctx.aria, value: held(ctx.value()) ?? "", oninput: () => { if (!ctx.dispatches) send(); }, onblur: send, onkeydown: (e) => { if (e.key === "Enter") send(); } });
  const node = h("div.picker", { data: { actionId: element.action_id } }, input);
  return node;
}

export function dateTimePicker(element, ctx) {
  const start = held(ctx.value());
  let day = start ? dayKey(start * 1000) : null;
  const send = () => {
    const content = day && time.value ? zonedSeconds(day, time.value) : null;
    if (content !== held(ctx.value())) change(element, ctx, content, node, (old) => {
      day = old ? dayKey(old * 1000) : null;
      picker.set(day);
      time.value = old ? wallTime(old) : "";
    });
  };
  const picker = dateButton({ id: ctx.id, aria: ctx.aria, labelId: ctx.labelId, value: day, onPick: (picked) => { day = picked; if (!time.value) time.value = "09:00"; send(); } });
  const time = timeInput({ value: start ? wallTime(start) : "", oninput: () => { if (!ctx.dispatches) send(); }, onblur: send });
  const node = h("div.picker", { data: { actionId: element.action_id } }, picker.node, time);
  return node;
}
