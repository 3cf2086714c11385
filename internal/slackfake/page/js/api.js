// The server's page API, with errors as sentences for a person.
import { t } from "./texts.js";

class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new ApiError(t("noServer"), 0);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError((response.status === 504 ? t("noAnswer") : body.error) || t("failed", response.status), response.status);
  return body;
}

const post = (path, body) => answer(fetch(`/_page/${path}`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
}));

export const readState = (as) => answer(fetch(`/_page/state?as=${encodeURIComponent(as ?? "")}`));
export const sendMessage = (as, channel, text, thread_ts, files) => post("message", { as, channel, text, ...(thread_ts && { thread_ts }), ...(files && { files }) });
export const sendShortcut = (as, id, message) => post("shortcut", { as, id, message });
export const sendCommand = (as, channel, text) => post("command", { as, channel, text });
export const sendAction = (as, target, action, state) => post("action", { as, ...target, action, state });
export const submitView = (as, view_id, values) => post("submit", { as, view_id, values });
export const closeView = (as, view_id) => post("close", { as, view_id });
export const openHome = (as) => post("home", { as });
export const moveClock = (to) => post("clock", { to });
export const setLanguage = (as, locale) => post("language", { as, locale });
export const pressButton = (id) => post("button", { id });
export const uploadFile = (as, file) => answer(fetch(
  `/_page/file?as=${encodeURIComponent(as)}&name=${encodeURIComponent(file.name)}`,
  { method: "POST", headers: { "Content-Type": file.type || "application/octet-stream" }, body: file },
));

/** Live events. `onOpen` whenever the line stands, since what happened before it must be read; `onLost` when it is cut. */
export function listen(as, { onEvent, onLost, onOpen }) {
  let source, timer, wait = 500, closed = false;
  const open = () => {
    source = new EventSource(`/_page/events?as=${encodeURIComponent(as)}`);
    source.onopen = () => {
      wait = 500;
      onOpen();
    };
    source.onmessage = (e) => onEvent(JSON.parse(e.data));
    source.onerror = () => {
      source.close();
      if (closed) return;
      onLost();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 5000);
    };
  };
  open();
  return () => { closed = true; clearTimeout(timer); source.close(); };
}
