// table and data_table blocks as real tables: header cells, alignment, sorting, pages.
import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { richText } from "./richtext.js";
import { t } from "./texts.js";
import { locale } from "./state.js";

const number = (value) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 6 }).format(value);

/** Nodes of a cell; `button` draws an action_cell's button. */
function cellNodes(cell, button) {
  switch (cell?.type) {
    case "rich_text": return richText(cell);
    case "raw_text": return [cell.text ?? ""];
    case "raw_number": return [cell.text ?? number(cell.value)];
    case "action_cell": return button ? [button(cell.element)] : cellNodes(cell.fallback);
    default: return [];
  }
}

function scrolling(label, ...kids) {
  return h("div.table-scroll", { tabindex: "0", role: "region", "aria-label": label }, ...kids);
}

/** The table block: the first row is its header. */
export function tableBlock(block) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (c, i) => h(tag, {
    class: `align-${settings[i]?.align ?? "left"}${settings[i]?.is_wrapped ? " wrapped" : ""}`,
    scope: tag === "th" ? "col" : null,
  }, cellNodes(c));
  const [head = [], ...rows] = block.rows ?? [];
  return scrolling(t("table"), h("table.table", null,
    h("thead", null, h("tr", null, head.map(cell("th")))),
    h("tbody", null, rows.map((row) => h("tr", null, row.map(cell("td")))))));
}

const sortValue = (cell) => (cell?.type === "raw_number" ? cell.value
  : cell?.type === "action_cell" ? sortValue(cell.fallback) ?? ""
  : h("div", null, cellNodes(cell)).textContent);

function sorted(rows, column, direction) {
  const numeric = rows.every((row) => row[column]?.type === "raw_number");
  const compare = (a, b) => (numeric ? a - b : String(a).localeCompare(String(b), locale()));
  return [...rows].sort((a, b) => direction * compare(sortValue(a[column]), sortValue(b[column])));
}

/** The data_table block: a caption, sortable columns, pages. */
export function dataTable(block, button) {
  const [head = [], ...all] = block.rows ?? [];
  const size = Math.max(1, block.page_size || 10);
  const rowHead = block.row_header_column_index ?? -1;
  const isNumber = head.map((_, i) => all.length > 0 && all.every((row) => row[i]?.type === "raw_number"));
  const align = (i) => (isNumber[i] ? "align-right" : "align-left");
  let sort = null, page = 0;

  const body = h("tbody");
  const pager = h("div.pager");
  const headers = head.map((cell, i) => h("th", { scope: "col", class: align(i) },
    h("button.sort", { type: "button", onclick: () => press(i), title: t("sortBy", cellNodes(cell).join("")) },
      cellNodes(cell), h("span.sort-mark", { "aria-hidden": "true" }))));

  function press(column) {
    sort = sort?.column === column ? (sort.direction === 1 ? { column, direction: -1 } : null) : { column, direction: 1 };
    page = 0;
    draw();
  }

  function draw() {
    const rows = sort ? sorted(all, sort.column, sort.direction) : all;
    const from = page * size;
    headers.forEach((th, i) => {
      const direction = sort?.column === i ? sort.direction : 0;
      th.setAttribute("aria-sort", direction > 0 ? "ascending" : direction < 0 ? "descending" : "none");
    });
    replace(body, rows.slice(from, from + size).map((row) => h("tr", null, row.map((cell, i) => h(i === rowHead ? "th" : "td", {
      class: align(i), scope: i === rowHead ? "row" : null,
    }, cellNodes(cell, button))))));
    const step = (by, name, label, off) => h("button.icon-button.small", { type: "button", "aria-label": t(label), disabled: off, onclick: () => { page += by; draw(); } }, icon(name));
    replace(pager, all.length > size && [
      h("span", { "aria-live": "polite" }, t("page", from + 1, Math.min(from + size, rows.length), rows.length)),
      step(-1, "back", "previousPage", page === 0), step(1, "next", "nextPage", from + size >= rows.length),
    ]);
  }

  draw();
  return h("figure.data-table", null,
    h("figcaption", null, icon("table"), block.caption),
    scrolling(block.caption, h("table.table", { "aria-label": block.caption }, h("thead", null, h("tr", null, headers)), body)),
    pager);
}

/** A plain table of strings, used as the readable form of a chart. */
export function plainTable(caption, head, rows) {
  return h("table.table", null, h("caption.sr-only", null, caption),
    h("thead", null, h("tr", null, head.map((text, i) => h(`th.align-${i ? "right" : "left"}`, { scope: "col" }, text)))),
    h("tbody", null, rows.map((row) => h("tr", null, row.map((text, i) => (i ? h("td.align-right", null, text) : h("th.align-left", { scope: "row" }, text)))))));
}
