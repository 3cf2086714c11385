// How a person or an app looks: the square with initials, the name with its marks.
import { h } from "./dom.js";
import { userName } from "./state.js";
import { t } from "./texts.js";

const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean).map((word) => [...word][0]);
  return (words[0] ?? "?") + (words.length > 1 ? words.at(-1) : "");
};

const colourOf = (user) => {
  if (/^#?[0-9a-f]{6}$/i.test(user?.color ?? "")) return `#${user.color.replace("#", "")}`;
  const sum = [...(user?.id ?? "")].reduce((n, ch) => n + ch.charCodeAt(0), 0);
  return `hsl(${(sum * 47) % 360} 42% 42%)`;
};

export function avatar(user, size = "") {
  return h("span", { class: `avatar ${size} ${user?.is_bot ? "bot" : ""}`, "aria-hidden": "true", css: { "--avatar": colourOf(user) } }, initials(userName(user) || "?").toUpperCase());
}

export const appBadge = () => h("span.badge", null, t("app"));
export const strangerBadge = () => h("span.badge.stranger", { title: t("external") }, "↗\uFE0E", h("span.sr-only", null, t("external")));
