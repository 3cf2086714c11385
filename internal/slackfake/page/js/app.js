// Starts the page: reads the state, draws it, and follows what happens.
import * as api from "./api.js";
import { Conversation } from "./conversation.js";
import { permalink } from "./links.js";
import { spokenMessage } from "./message.js";
import { showModals } from "./modal.js";
import { fromPermalink, goThread, here, settle } from "./route.js";
import { drawSidebar } from "./sidebar.js";
import { appName, dropMessage, load, locale, putMessage, setClock, state } from "./state.js";
import { speak, t } from "./texts.js";
import { ThreadPane } from "./thread.js";
import { announce, fail } from "./toasts.js";
import { drawTools, drawTopbar, tick, tools } from "./topbar.js";

const $ = (id) => document.getElementById(id);
const broad = matchMedia("(min-width: 901px)");
const hooks = { openThread: goThread, onDismiss: () => draw() };
const conversation = new Conversation($("main"), hooks);
const thread = new ThreadPane($("thread"), { close: closeThread, onDismiss: hooks.onDismiss });
let lost = false, stop = null, homeOpened = "";

function draw() {
  const place = here();
  conversation.showBanners({ lost });
  conversation.show(place);
  thread.show(place);
  drawSidebar($("sidebar"), place, broad.matches ? null : tools);
  document.title = `${state.team.name ?? "Slack"} · ${place.app ? appName() : $("main").querySelector("h1")?.textContent ?? ""}`;
}

/** Draws once for all that happens within a moment. What is pressed stays where it is until it is let go, or the click would be lost. */
let due = 0;
let pressed = false;
function drawSoon() {
  due ||= setTimeout(() => { due = 0; if (!pressed) draw(); else drawSoon(); }, 16);
}
addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => { setTimeout(() => { pressed = false; }); }, true);

function drawAll() {
  speak(locale());
  $("skip").textContent = t("skip");
  $("scrim").setAttribute("aria-label", t("closeSidebar"));
  drawTools();
  drawTopbar($("topbar"), { wide: broad.matches, openDrawer: () => drawer(true), beSomebody });
  draw();
  showModals();
}

/** Goes to the address's place: opens the Home, points at a message. */
function arrive() {
  if (!state.me) return;
  drawer(false);
  draw();
  const place = here();
  const home = place.app === "home" ? `${state.me.id} home` : "";
  if (home && home !== homeOpened) api.openHome(state.me.id).catch(fail);
  homeOpened = home;
  if (place.at) {
    const list = place.thread ? thread.list : conversation.list;
    requestAnimationFrame(() => { list.point(place.at); settle(); });
  }
}

function closeThread() {
  const ts = here().thread;
  goThread(undefined);
  requestAnimationFrame(() => conversation.list.byTs(ts)?.focus({ preventScroll: true }));
}

function drawer(open) {
  const was = document.body.classList.contains("drawer-open");
  if (was === open) return;
  document.body.classList.toggle("drawer-open", open);
  $("scrim").hidden = !open;
  for (const id of ["topbar", "main", "thread"]) $(id).inert = open;
  $("drawer-button")?.setAttribute("aria-expanded", String(open));
  if (open) $("sidebar").querySelector("[aria-current], a")?.focus();
  else $("drawer-button")?.focus();
}

const events = {
  message({ channel, message }) {
    const added = putMessage(channel, message);
    if (added && here().channel === channel && message.user !== state.me.id) announce(spokenMessage(message));
    drawSoon();
  },
  message_deleted({ channel, ts }) { dropMessage(channel, ts); drawSoon(); },
  views({ views }) { state.views = views ?? []; showModals(); },
  home({ home }) { state.home = home; drawSoon(); },
  clock({ now }) { setClock(now); drawTools(); drawSoon(); },
  users({ users }) {
    state.users = users;
    state.me = users.find((u) => u.id === state.me.id) ?? state.me;
    drawAll();
  },
  channels({ channels }) { state.channels = channels; drawSoon(); },
  commands({ commands }) { state.commands = commands ?? []; drawSoon(); },
  shortcuts({ shortcuts }) { state.shortcuts = shortcuts ?? []; drawSoon(); },
  app({ app }) { state.app = app; drawSoon(); },
  buttons({ buttons }) { state.buttons = buttons ?? []; drawTools(); },
};

/** Reads the whole state. What happens meanwhile is newer than what is being read, so it waits until that is there. */
let waiting = null;
async function readAnew(as) {
  const mine = waiting = waiting?.slice() ?? [];
  try {
    const fresh = await api.readState(as);
    if (waiting !== mine) return; // it is being read once more
    load(fresh);
    drawAll();
  } finally {
    if (waiting === mine) {
      waiting = null;
      mine.forEach(happens);
    }
  }
}

function happens(event) {
  if (waiting) waiting.push(event);
  else events[event.type]?.(event);
}

/** Reads the state as somebody and follows it; the address keeps who it is. */
async function beSomebody(as) {
  document.body.dataset.ready = "false";
  stop?.();
  waiting = null;
  try {
    await readAnew(as);
  } catch (error) {
    $("main").setAttribute("data-failed", "true");
    fail(error);
    setTimeout(() => beSomebody(as), 2000);
    return;
  }
  const me = state.me.id;
  document.body.dataset.user = me;
  const url = new URL(location.href);
  url.searchParams.set("as", me);
  history.replaceState(null, "", url);
  stop = api.listen(me, {
    onEvent: happens,
    onLost: () => { lost = true; conversation.showBanners({ lost }); },
    onOpen: async () => { lost = false; await readAnew(me).catch(fail); },
  });
  homeOpened = "";
  arrive();
  document.body.dataset.ready = "true";
}

/** Links to messages of this workspace stay in the page. */
document.addEventListener("click", (e) => {
  const anchor = e.target.closest("a[href]");
  if (!anchor || e.ctrlKey || e.metaKey || e.shiftKey) return;
  const found = /^https?:/.test(anchor.href) && permalink(new URL(anchor.href));
  if (!found || !state.channels.some((c) => c.id === found.channel)) return;
  e.preventDefault();
  location.hash = fromPermalink(found);
}, true);

$("skip").addEventListener("click", (e) => {
  e.preventDefault();
  ($("main").querySelector(".messages, .home") ?? $("main")).focus();
});
$("scrim").addEventListener("click", () => drawer(false));
document.addEventListener("keydown", (e) => { if (e.key === "Escape" && document.body.classList.contains("drawer-open")) drawer(false); });
broad.addEventListener("change", () => { drawer(false); if (state.me) drawAll(); });
addEventListener("hashchange", arrive);
setInterval(tick, 5000);

const opened = permalink(new URL(location.href));
if (opened) history.replaceState(null, "", `/${fromPermalink(opened)}`);
beSomebody(new URLSearchParams(location.search).get("as"));
