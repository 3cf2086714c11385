// data_visualization blocks: a frame with title, legend and a readable table; the drawing is in plots.js.
import { h, replace, uid } from "./dom.js";
import { icon } from "./icons.js";
import { locale } from "./state.js";
import { t } from "./texts.js";
import { plainTable } from "./tables.js";
import { drawPie, drawSeries } from "./plots.js";

export const figure = (value) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(value);
const percent = (value) => new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(value);

/** Values by series in the order of the categories. */
function seriesOf(chart) {
  const categories = chart.axis_config?.categories ?? [];
  const series = (chart.series ?? []).map((one) => {
    const by = new Map((one.data ?? []).map((point) => [point.label, point.value]));
    return { name: one.name, values: categories.map((c) => (Number.isFinite(by.get(c)) ? by.get(c) : null)) };
  });
  return { categories, series };
}

function pieParts(chart) {
  const segments = (chart.segments ?? []).filter((s) => s.value > 0);
  const total = segments.reduce((sum, s) => sum + s.value, 0) || 1;
  return segments.map((s) => ({ ...s, share: s.value / total }));
}

function legendItem(label, i, extra) {
  return h("li", null, h("i.swatch", { class: `swatch color-${i % 12}`, "aria-hidden": "true" }), h("span", null, label), extra && h("span.legend-value", null, extra));
}

function parts(chart, title) {
  if (chart.type === "pie") {
    const segments = pieParts(chart);
    return {
      legend: segments.map((s, i) => legendItem(s.label, i, `${figure(s.value)} · ${percent(s.share)}`)),
      table: plainTable(title, [t("segment"), t("value"), t("share")], segments.map((s) => [s.label, figure(s.value), percent(s.share)])),
      draw: (width) => drawPie(segments, width, (s) => `${s.label}: ${figure(s.value)} (${percent(s.share)})`),
    };
  }
  const { categories, series } = seriesOf(chart);
  const axis = chart.axis_config ?? {};
  return {
    legend: series.length > 1 ? series.map((one, i) => legendItem(one.name, i)) : [],
    table: plainTable(title, [axis.x_label || "", ...series.map((one) => one.name)],
      categories.map((c, i) => [c, ...series.map((one) => (one.values[i] === null ? "" : figure(one.values[i])))])),
    draw: (width) => drawSeries({ type: chart.type, categories, series, axis, width, figure }),
  };
}

/** The figure of a data_visualization block; it is drawn again when its width changes. */
export function chartBlock(block) {
  const chart = block.chart ?? {};
  const { legend, table, draw } = parts(chart, block.title);
  const plot = h("div.plot", { role: "img", "aria-label": t("chart", block.title, t(chart.type) ?? chart.type) });
  const holder = h("div.chart-table.sr-only", { id: uid("chart-table") }, table);
  const toggle = h("button.link-button", { type: "button", "aria-expanded": "false", "aria-controls": holder.id, onclick: () => {
    const open = holder.classList.toggle("sr-only") === false;
    toggle.setAttribute("aria-expanded", String(open));
    replace(toggle, icon("table"), t(open ? "showChart" : "showTable"));
  } }, icon("table"), t("showTable"));

  let drawn = 0;
  const observer = new ResizeObserver(([entry]) => {
    if (!plot.isConnected) return observer.disconnect();
    const width = Math.round(entry.contentRect.width);
    if (!width || width === drawn) return;
    drawn = width;
    replace(plot, draw(width));
  });
  observer.observe(plot);

  return h("figure.chart", { class: `chart chart-${chart.type}` },
    h("figcaption", null, block.title),
    h("div.chart-body", null, plot, legend.length > 0 && h("ul.legend", null, legend)),
    toggle, holder);
}
