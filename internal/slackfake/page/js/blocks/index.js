// Block Kit: which block is drawn by what.
import { h } from "../dom.js";
import { chartBlock } from "../charts.js";
import { renderElement } from "../elements/index.js";
import { blockId } from "../surface.js";
import { dataTable, tableBlock } from "../tables.js";
import { t } from "../texts.js";
import { card, carousel, container } from "./cards.js";
import { input } from "./input.js";
import { fileBlock, image, video } from "./media.js";
import { actions, alert, context, divider, header, markdownBlock, richTextBlock, section } from "./text.js";

const kinds = {
  section, header, divider, context, actions, context_actions: actions, input, image, video, file: fileBlock,
  rich_text: richTextBlock, markdown: markdownBlock, alert, card, carousel,
  table: tableBlock, data_visualization: chartBlock,
  data_table: (block, id, surface) => dataTable(block, (element) => renderElement(element, id, surface)),
  container: (block, id, surface) => container(block, surface, renderBlocks),
};

const unknown = (block) => h("div.unknown", null, t("unknownBlock", String(block.type)));

/** The nodes of a list of blocks on a surface. */
export function renderBlocks(blocks, surface) {
  return (blocks ?? []).map((block, i) => {
    const id = blockId(block, i);
    const build = Object.hasOwn(kinds, block.type) ? kinds[block.type] : unknown;
    return h("div", { class: `block block-${block.type}`, data: { blockId: id, blockType: block.type } }, build(block, id, surface));
  });
}
