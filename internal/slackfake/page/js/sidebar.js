// Channels, direct messages and the app. People from other organisations have no app here, as in Slack Connect.
import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, strangerBadge } from "./people.js";
import { appChannel, appName, appUser, otherOf, state, unread, userById, userName } from "./state.js";
import { t } from "./texts.js";

function entry({ href, current, count, data }, ...inside) {
  return h("a.side-item", { href, class: `side-item${count ? " unread" : ""}`, "aria-current": current ? "page" : null, data }, inside,
    count > 0 && h("span.count", { "aria-label": t("unread", count) }, count > 99 ? "99+" : count));
}

function group(title, items) {
  return items.length > 0 && h("section.side-group", { "aria-label": title }, h("h2", null, title), h("ul", null, items.map((item) => h("li", null, item))));
}

export function drawSidebar(node, place, tools) {
  const channels = state.channels.filter((c) => c.kind !== "im");
  const app = appChannel();
  const ims = state.channels.filter((c) => c.kind === "im" && c.id !== app?.id);
  const focused = document.activeElement?.closest?.("#sidebar a")?.getAttribute("href");
  node.setAttribute("aria-label", t("workspace"));
  replace(node,
    h("div.side-team", null, h("strong", null, state.team.name ?? "")),
    h("div.side-scroll", null,
      group(t("channels"), channels.map((c) => entry({
        href: `#/${c.id}`, current: !place.app && place.channel === c.id, count: unread(c.id), data: { channel: `#${c.name}`, channelId: c.id },
      }, icon("hash"), h("span.side-name", null, c.name)))),
      group(t("directMessages"), ims.map((c) => {
        const user = userById(otherOf(c));
        return entry({ href: `#/${c.id}`, current: !place.app && place.channel === c.id, count: unread(c.id), data: { channelId: c.id, dm: otherOf(c) } },
          avatar(user, "tiny"), h("span.side-name", null, userName(user) || c.name, otherOf(c) === state.me.id && h("small", null, ` ${t("you")}`)), user?.is_stranger && strangerBadge());
      })),
      group(t("apps"), (state.app.id || state.app.name) && !state.me.is_stranger ? [entry({
        href: "#/app/home", current: !!place.app, count: app ? unread(app.id) : 0, data: { app: "home", channelId: app?.id },
      }, avatar(appUser() ?? { id: state.app.id, name: appName(), is_bot: true }, "tiny"), h("span.side-name", null, appName()),
        h("i", { class: `presence ${state.app.connected ? "on" : ""}` }))] : [])),
    tools, h("p.side-note", null, t("local")));
  if (focused) [...node.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
}
