// The markdown block: everyday Markdown (headings, lists, tables, code), as Slack translates it.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./links.js";

const rules = [
  [/^\\([\\`*_{}[\]()#+\-.!~|>])/, (m) => m[1]],
  [/^`([^`\n]+)`/, (m) => h("code", null, m[1])],
  [/^!\[([^\]]*)\]\(([^()\s]+)\)/, (m) => link(m[2], m[1] || m[2])],
  [/^\[([^\]]+)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/, (m) => link(m[2], inline(m[1]))],
  [/^<(https?:\/\/[^<>\s]+)>/, (m) => link(m[1], m[1])],
  [/^\*\*\*(?=\S)([^\n]+?)\*\*\*/, (m) => h("strong", null, h("em", null, inline(m[1])))],
  [/^\*\*(?=\S)([^\n]+?)\*\*/, (m) => h("strong", null, inline(m[1]))],
  [/^__(?=\S)([^\n]+?)__(?![\p{L}\p{N}])/u, (m) => h("strong", null, inline(m[1])), true],
  [/^~~(?=\S)([^\n]+?)~~/, (m) => h("del", null, inline(m[1]))],
  [/^\*(?=[^\s*])([^*\n]+?)\*/, (m) => h("em", null, inline(m[1]))],
  [/^_(?=[^\s_])([^_\n]+?)_(?![\p{L}\p{N}])/u, (m) => h("em", null, inline(m[1])), true],
  [/^https?:\/\/[^\s<>()]*[^\s<>().,;:!?]/, (m) => link(m[0], m[0]), true],
  [/^\n/, () => h("br")],
];

function inline(text) {
  const nodes = [];
  let flat = "";
  const flush = () => { if (flat) nodes.push(...withEmoji(flat)); flat = ""; };
  while (text) {
    const before = flat.at(-1);
    const inWord = before !== undefined && /[\p{L}\p{N}]/u.test(before);
    let found = null;
    const rule = /^[\\`![<*_~h\n]/.test(text) && rules.find(([regex, , edge]) => !(edge && inWord) && (found = regex.exec(text)));
    if (rule) {
      flush();
      nodes.push(rule[1](found));
      text = text.slice(found[0].length);
    } else {
      const ch = String.fromCodePoint(text.codePointAt(0));
      flat += ch;
      text = text.slice(ch.length);
    }
  }
  flush();
  return nodes;
}

const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
const isRule = (line) => /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/.test(line ?? "") && line.includes("-");

function table(head, rule, rows) {
  const align = cells(rule).map((c) => (/^:-+:$/.test(c) ? "center" : /-:$/.test(c) ? "right" : "left"));
  const cell = (tag) => (text, i) => h(`${tag}.align-${align[i] ?? "left"}`, tag === "th" ? { scope: "col" } : null, inline(text));
  return h("div.table-scroll", { tabindex: "0" }, h("table.table", null,
    h("thead", null, h("tr", null, cells(head).map(cell("th")))),
    h("tbody", null, rows.map((row) => h("tr", null, cells(row).map(cell("td")))))));
}

const bullet = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;

/** Items of one indentation, deeper ones nested. */
function list(items) {
  const ordered = /\d/.test(items[0].mark);
  const node = h(ordered ? "ol.rt-list" : "ul.rt-list", { start: ordered ? parseInt(items[0].mark, 10) : null });
  for (let i = 0; i < items.length;) {
    let end = i + 1;
    while (end < items.length && items[end].depth > items[i].depth) end++;
    const task = items[i].task;
    node.append(h("li", { class: task ? "task" : null },
      task && h("input", { type: "checkbox", disabled: true, checked: task.toLowerCase() === "x" }),
      inline(items[i].text), end > i + 1 && list(items.slice(i + 1, end))));
    i = end;
  }
  return node;
}

/** The nodes of a Markdown text. */
export function markdown(text) {
  const lines = String(text ?? "").replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  const take = (test) => {
    const taken = [];
    while (lines.length && test(lines[0])) taken.push(lines.shift());
    return taken;
  };
  const special = (l) => /^(\s*$|#{1,6}\s|>|```|\s*([-*_])(\s*\2){2,}\s*$)/.test(l) || bullet.test(l) || (l.includes("|") && isRule(lines[1]) && l === lines[0]);
  while (lines.length) {
    const line = lines[0];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) lines.shift();
    else if (heading) {
      lines.shift();
      nodes.push(h("div", { class: `md-heading md-h${heading[1].length}`, role: "heading", "aria-level": heading[1].length + 2 }, inline(heading[2])));
    } else if (line.startsWith("```")) {
      lines.shift();
      const body = take((l) => !l.startsWith("```"));
      lines.shift();
      nodes.push(h("pre", null, h("code", null, body.join("\n"))));
    } else if (line.startsWith(">")) {
      nodes.push(h("blockquote", null, markdown(take((l) => l.startsWith(">")).map((l) => l.replace(/^> ?/, "")).join("\n"))));
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      lines.shift();
      nodes.push(h("hr"));
    } else if (line.includes("|") && isRule(lines[1])) {
      const [head, rule] = lines.splice(0, 2);
      nodes.push(table(head, rule, take((l) => l.includes("|"))));
    } else if (bullet.test(line)) {
      const items = take((l) => bullet.test(l)).map((l) => {
        const [, space, mark, task, body] = bullet.exec(l);
        return { depth: space.length, mark, task, text: body };
      });
      nodes.push(list(items));
    } else {
      nodes.push(h("p", null, inline([lines.shift(), ...take((l) => !special(l))].join("\n"))));
    }
  }
  return nodes;
}
