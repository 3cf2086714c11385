// The middle of the page: a channel, a direct message, or the app with its Home.
import { h, rememberFocus, replace } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./blocks/index.js";
import { createComposer } from "./composer.js";
import { MessageList } from "./list.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, strangerBadge } from "./people.js";
import { appName, appUser, channelById, firstUnread, markRead, rootMessages, otherOf, state, userById, userName } from "./state.js";
import { Surface } from "./surface.js";
import { t } from "./texts.js";

export const emptyState = (picture, title, text) => h("div.empty", null, icon(picture), h("strong", null, title), text && h("p", null, text));

export const channelTitle = (channel) => (channel?.kind === "im" ? userName(userById(otherOf(channel))) || channel.name : `#${channel?.name ?? ""}`);

export class Conversation {
  constructor(node, hooks) {
    this.node = node;
    this.list = new MessageList(hooks);
    this.head = h("header.main-head");
    this.banner = h("div.banners");
    this.body = h("div.main-body");
    replace(node, this.head, this.banner, this.body);
  }

  show(place) {
    const channel = channelById(place.channel);
    if (place.app) this.showAppHead(place);
    else this.showChannelHead(channel);
    if (place.app === "home") this.showHome();
    else this.showMessages(channel);
  }

  showChannelHead(channel) {
    const other = channel?.kind === "im" && userById(otherOf(channel));
    replace(this.head, h("div.main-title", null,
      other ? [avatar(other, "small"), h("h1", null, userName(other)), other.is_stranger && strangerBadge(), other.title && h("span.topic", null, other.title)]
        : [h("h1", null, icon("hash"), channel?.name ?? ""), channel?.topic && h("div.topic", null, mrkdwn(channel.topic))]),
    !other && channel?.members?.length > 0 && h("span.members", { title: channel.members.map((id) => userName(userById(id))).filter(Boolean).join(", ") },
      h("span.avatars", { "aria-hidden": "true" }, channel.members.slice(0, 3).map((id) => userById(id)).filter(Boolean).map((u) => avatar(u, "tiny"))),
      h("span", null, t("members", channel.members.length))));
  }

  showAppHead(place) {
    const bot = appUser() ?? { id: state.app.id ?? "", name: appName(), is_bot: true };
    const tab = (name, word) => h("a.tab", { href: `#/app/${name}`, "aria-current": place.app === name ? "page" : null, data: { tab: name } }, t(word));
    const held = document.activeElement?.closest?.(".tab")?.dataset.tab;
    replace(this.head, h("div.main-title.app-title", null, avatar(bot, "small"), h("h1", null, appName())),
      h("nav.tabs", { "aria-label": appName() }, tab("home", "home"), tab("messages", "messagesTab")));
    if (held) this.head.querySelector(`.tab[data-tab="${held}"]`)?.focus();
  }

  showHome() {
    const view = state.home;
    const key = JSON.stringify(["home", state.me.id, view, document.documentElement.lang, state.users.length]);
    if (this.key === key) return;
    const same = this.homeId === view?.id && this.key?.startsWith('["home"');
    const scrolled = same ? this.body.firstElementChild?.scrollTop : 0;
    const restore = rememberFocus(this.body);
    Object.assign(this, { key, homeId: view?.id, composer: null });
    const surface = view && new Surface({ kind: "home", key: `view:${view.id}`, target: { view: { id: view.id } }, blocks: view.blocks });
    replace(this.body, h("div.home", { tabindex: "-1", data: { view: view?.id ?? "" } }, h("div.home-inner", null,
      view?.blocks?.length ? renderBlocks(view.blocks, surface) : emptyState("home", t("noHome"), t("noHomeHint", appName())))));
    this.body.firstElementChild.scrollTop = scrolled ?? 0;
    restore();
  }

  showMessages(channel) {
    if (!channel) {
      this.key = "none";
      replace(this.body, emptyState("reply", t("noMessages"), t("noMessagesHint")));
      return;
    }
    const name = channelTitle(channel);
    const key = `${state.me.id} ${channel.id}`;
    if (this.key !== key) {
      this.key = key;
      this.firstNew = firstUnread(channel.id)?.ts;
      this.composer = null;
      replace(this.body, this.list.node);
    }
    this.list.show(rootMessages(channel.id), {
      key, name, firstNew: this.firstNew, top: h("p.beginning", null, t("welcome", name)),
      empty: emptyState("reply", t("noMessages"), t("noMessagesHint")),
    });
    markRead(channel.id);
    const composer = createComposer({ channel: channel.id, name });
    if (this.composer?.key === composer.key) return;
    const focused = this.composer?.node.contains(document.activeElement);
    this.composer?.node.remove();
    this.composer = composer;
    this.body.append(composer.node);
    if (focused) composer.focus();
  }

  /** The lines on top when something is wrong: {lost}. */
  showBanners({ lost }) {
    const key = JSON.stringify([lost, state.app.connected, appName(), document.documentElement.lang]);
    if (this.bannerKey === key) return;
    this.bannerKey = key;
    replace(this.banner,
      lost && h("div.banner.lost", { role: "status", data: { banner: "lost" } }, icon("warning"), h("span", null, t("reconnecting"))),
      !lost && state.app.connected === false && h("div.banner", { role: "status", data: { banner: "not-connected" } }, icon("plug"), h("span", null, t("notConnected", appName()))));
  }
}
