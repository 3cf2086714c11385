// Buttons, overflow menus and the small buttons of context_actions.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { safeUrl } from "../links.js";
import { openList } from "../menus.js";
import { textObject } from "../mrkdwn.js";
import { t } from "../texts.js";

const plain = (object) => object?.text ?? "";

export function button(element, ctx) {
  const url = element.url && safeUrl(element.url);
  const style = ["primary", "danger"].includes(element.style) ? element.style : "";
  const node = h(url ? "a" : "button", {
    class: `button ${style}`,
    type: url ? null : "button",
    href: url?.href, target: url ? "_blank" : null, rel: url ? "noopener noreferrer" : null,
    "aria-label": element.accessibility_label,
    data: { actionId: element.action_id, value: element.value },
    onclick: () => {
      if (!node.classList.contains("busy")) ctx.surface.dispatch(element, ctx.blockId, { text: element.text, ...(element.value !== undefined && { value: element.value }) }, node);
    },
  }, h("span.button-label", null, textObject(element.text)));
  return node;
}

export const workflowButton = (element, ctx) => button({ ...element, url: element.workflow?.trigger?.url }, ctx);

export function overflow(element, ctx) {
  const node = h("button.button.overflow", {
    type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("moreActions"), data: { actionId: element.action_id },
    onclick: () => openList(node, {
      label: t("moreActions"),
      items: (element.options ?? []).map((option) => ({ value: option.value, option, text: plain(option.text), nodes: textObject(option.text), description: plain(option.description) })),
      onPick: ({ option }) => {
        const url = option.url && safeUrl(option.url);
        if (url) open(url.href, "_blank", "noopener");
        ctx.surface.dispatch(element, ctx.blockId, { selected_option: option }, node);
      },
    }),
  }, icon("more"));
  return node;
}

export function iconButton(element, ctx) {
  const label = element.accessibility_label || plain(element.text);
  const node = h("button.icon-button.bordered", {
    type: "button", "aria-label": label, title: plain(element.text), data: { actionId: element.action_id, value: element.value },
    onclick: () => ctx.surface.dispatch(element, ctx.blockId, { value: element.value }, node),
  }, icon(element.icon === "trash" ? "trash" : "spark"));
  return node;
}

export function feedbackButtons(element, ctx) {
  const one = (choice, name, word) => {
    const node = h("button.icon-button.bordered", {
      type: "button", "aria-label": choice.accessibility_label || plain(choice.text) || t(word), title: plain(choice.text) || t(word), "aria-pressed": "false",
      data: { value: choice.value },
      onclick: () => {
        for (const other of node.parentNode.children) other.setAttribute("aria-pressed", String(other === node));
        ctx.surface.dispatch(element, ctx.blockId, { value: choice.value }, node);
      },
    }, icon(name));
    return node;
  };
  return h("span.feedback", { role: "group", data: { actionId: element.action_id } },
    element.positive_button && one(element.positive_button, "up", "helpful"),
    element.negative_button && one(element.negative_button, "thumbdown", "notHelpful"));
}
