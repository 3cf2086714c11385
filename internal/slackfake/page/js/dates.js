// Times and days as a person of this locale and zone reads them; Slack's date tokens.
import { locale, myZone, now } from "./state.js";
import { t } from "./texts.js";

const cache = new Map();

function formatter(options, language = locale()) {
  const key = `${language}|${myZone()}|${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(language, { timeZone: myZone(), ...options }));
  return cache.get(key);
}

const show = (ms, options) => formatter(options).format(new Date(ms));
export const tsMs = (ts) => Math.floor(parseFloat(ts) * 1000);
export const timeOf = (ms) => show(ms, { hour: "numeric", minute: "2-digit" });
/** The time without "AM" or "PM", for the narrow gutter. */
export const shortTime = (ms) => formatter({ hour: "numeric", minute: "2-digit" }).formatToParts(new Date(ms))
  .filter((part) => part.type !== "dayPeriod").map((part) => part.value).join("").trim();
export const fullTime = (ms) => show(ms, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" });
export const clockText = (ms) => show(ms, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** "2026-11-24" in the person's zone. */
export const dayKey = (ms) => formatter({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(new Date(ms));

const DAY = 86400000;

function nearDay(ms) {
  const key = dayKey(ms);
  if (key === dayKey(now())) return t("today");
  if (key === dayKey(now() - DAY)) return t("yesterday");
  if (key === dayKey(now() + DAY)) return t("tomorrowWord");
  return "";
}

const capital = (text) => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);

export function dayTitle(ms) {
  const near = nearDay(ms);
  if (near) return capital(near);
  const thisYear = dayKey(ms).slice(0, 4) === dayKey(now()).slice(0, 4);
  return capital(show(ms, { weekday: "long", day: "numeric", month: "long", ...(!thisYear && { year: "numeric" }) }));
}

/** A "2026-11-24" as a person reads it; the day has no zone. */
export function plainDate(iso) {
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" })
    .format(new Date(`${iso}T00:00:00Z`));
}

export function ago(ms) {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const seconds = (ms - now()) / 1000;
  for (const [unit, size] of [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, "second");
}

const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const medium = { day: "numeric", month: "long", year: "numeric" };
const short = { day: "numeric", month: "short", year: "numeric" };

const tokens = {
  date_num: (ms) => dayKey(ms),
  date_slash: (ms) => show(ms, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date: (ms) => show(ms, medium),
  date_short: (ms) => show(ms, short),
  date_long: (ms) => show(ms, long),
  date_pretty: (ms) => nearDay(ms) || show(ms, medium),
  date_short_pretty: (ms) => nearDay(ms) || show(ms, short),
  date_long_pretty: (ms) => nearDay(ms) || show(ms, long),
  date_long_full: (ms) => show(ms, long),
  day_divider_pretty: (ms) => nearDay(ms) || show(ms, { weekday: "long", day: "numeric", month: "long" }),
  time: timeOf,
  time_secs: (ms) => show(ms, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Slack's `{date_short_pretty} at {time}`; tokens it does not know stay as they are. */
export function formatDate(seconds, format) {
  const ms = Number(seconds) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  return format.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name](ms) : whole));
}

/** Seconds since 1970 of a wall-clock "2026-11-24", "09:30" in the person's zone. */
export function zonedSeconds(date, time) {
  const wall = Date.parse(`${date}T${time}:00Z`);
  const offset = (ms) => {
    const minute = Math.floor(ms / 60000) * 60000;
    return Date.parse(`${dayKey(minute)}T${wallTime(minute / 1000)}:00Z`) - minute;
  };
  const guess = wall - offset(wall);
  return Math.round((wall - offset(guess)) / 1000);
}

/** "09:30" of a moment in the person's zone. */
export const wallTime = (seconds) => formatter({ hourCycle: "h23", hour: "2-digit", minute: "2-digit" }, "en-GB").format(new Date(seconds * 1000));
