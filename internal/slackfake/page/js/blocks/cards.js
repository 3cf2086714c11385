// Cards, carousels of cards, and containers that hold other blocks.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { renderElement } from "../elements/index.js";
import { textObject } from "../mrkdwn.js";
import { richText } from "../richtext.js";
import { t } from "../texts.js";
import { picture } from "./media.js";

export function card(block, id, surface) {
  const badge = block.icon ? picture(block.icon, "card-icon") : block.slack_icon ? h("span.card-icon.card-glyph", null, icon("spark")) : null;
  const line = (cls, object) => object && h(`div.text.${cls}`, null, textObject(object));
  return h("article.card", null,
    block.hero_image && picture(block.hero_image, "card-hero"),
    h("div.card-main", null,
      (badge || block.title || block.subtitle) && h("div.card-head", null, badge, h("div", null, line("card-title", block.title), line("card-subtitle", block.subtitle))),
      line("card-body", block.body), line("card-subtext", block.subtext),
      block.actions?.length > 0 && h("div.actions", { role: "group" }, block.actions.map((element) => renderElement(element, id, surface)))));
}

export function carousel(block, id, surface) {
  const track = h("div.carousel-track", { tabindex: "0", role: "list" }, (block.elements ?? []).map((one) => h("div", { role: "listitem", data: { blockId: one.block_id } }, card(one, one.block_id || id, surface))));
  const turn = (by, name, label) => h("button.icon-button.bordered", { type: "button", "aria-label": t(label), onclick: () => track.scrollBy({ left: by * Math.max(200, track.clientWidth * 0.8), behavior: "auto" }) }, icon(name));
  return h("div.carousel", null, track, block.elements?.length > 1 && h("div.carousel-turn", null, turn(-1, "back", "previousCard"), turn(1, "next", "nextCard")));
}

export function container(block, surface, renderBlocks) {
  const title = [block.icon && picture(block.icon, "context-image"), h("strong", null, block.rich_text_title ? richText(block.rich_text_title) : textObject(block.title)), block.subtitle && h("small", null, textObject(block.subtitle))];
  const inside = h("div.container-body", null, renderBlocks(block.child_blocks, surface));
  if (!block.is_collapsible) return h("div.container", null, h("div.container-head", null, title), inside);
  return h("details.container", { open: !block.default_collapsed }, h("summary.container-head", null, title), inside);
}
