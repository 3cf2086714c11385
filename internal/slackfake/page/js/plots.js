// The drawing of charts: pure functions from values and a width to SVG.
import { h, s } from "./dom.js";

/** Round numbers that enclose the values: [0, 5, 10, 15]. */
function ticks(low, high, wanted = 5) {
  if (high === low) high = low + 1;
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw);
  const marks = [];
  for (let i = Math.floor(low / step); i <= Math.ceil(high / step); i++) marks.push(Number((i * step).toPrecision(12)));
  return marks;
}

const textWidth = (text) => text.length * 6.3;
const title = (text) => s("title", null, text);

/** A line, bar or area chart with its axes; hovering a category tells its values. */
export function drawSeries({ type, categories, series, axis, width, figure }) {
  const height = Math.round(Math.min(260, Math.max(180, width * 0.42)));
  const values = series.flatMap((one) => one.values).filter((v) => v !== null);
  const marks = ticks(Math.min(0, ...values), Math.max(0, ...values));
  const left = 10 + Math.max(...marks.map((m) => textWidth(figure(m)))) + (axis.y_label ? 18 : 0);
  const box = { left, right: width - 10, top: 12, bottom: height - 26 - (axis.x_label ? 18 : 0) };
  const slot = (box.right - box.left) / Math.max(1, categories.length);
  const x = (i) => box.left + slot * (i + 0.5);
  const y = (v) => box.bottom - ((v - marks[0]) / (marks.at(-1) - marks[0])) * (box.bottom - box.top);

  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const mark of marks) {
    svg.append(
      s("line", { class: mark === 0 ? "axis" : "grid", x1: box.left, x2: box.right, y1: y(mark), y2: y(mark) }),
      s("text", { class: "tick", x: box.left - 7, y: y(mark) + 4, "text-anchor": "end" }, figure(mark)));
  }
  svg.append(...xLabels(categories, x, slot, box));
  if (axis.x_label) svg.append(s("text", { class: "axis-label", x: (box.left + box.right) / 2, y: height - 5, "text-anchor": "middle" }, axis.x_label));
  if (axis.y_label) {
    const middle = (box.top + box.bottom) / 2;
    svg.append(s("text", { class: "axis-label", x: 11, y: middle, transform: `rotate(-90 11 ${middle})`, "text-anchor": "middle" }, axis.y_label));
  }
  series.forEach((one, i) => svg.append(...shapes[type === "bar" ? "bar" : "path"]({ one, i, series, x, y, slot, area: type === "area", floor: y(Math.max(0, marks[0])) })));
  return withTips(svg, { categories, series, x, slot, box, width, figure });
}

/** As many labels as fit beside one another, the last one always among them. */
function xLabels(categories, x, slot, box) {
  const widest = Math.max(0, ...categories.map(textWidth)) + 10;
  const every = Math.max(1, Math.ceil(widest / slot));
  const limit = Math.max(4, Math.floor((slot * every) / 6.3));
  return categories.map((name, i) => ((categories.length - 1 - i) % every ? null
    : s("text", { class: "tick", x: x(i), y: box.bottom + 18, "text-anchor": "middle" }, name.length > limit ? `${name.slice(0, limit - 1)}…` : name))).filter(Boolean);
}

const shapes = {
  bar({ one, i, series, x, y, slot, floor }) {
    const group = Math.min(slot * 0.72, 30 * series.length);
    const gap = series.length > 1 ? 2 : 0;
    const wide = Math.max(1, group / series.length - gap);
    return one.values.map((value, at) => {
      if (value === null) return "";
      const left = x(at) - group / 2 + i * (group / series.length) + gap / 2;
      const top = y(value), round = Math.min(3, wide / 2, Math.abs(floor - top));
      const sign = top <= floor ? 1 : -1;
      return s("path", { class: `bar fill color-${i % 12}`, d: `M${left} ${floor}V${top + sign * round}q0 ${-sign * round} ${round} ${-sign * round}h${wide - 2 * round}q${round} 0 ${round} ${sign * round}V${floor}Z` });
    });
  },
  path({ one, i, x, y, area, floor }) {
    const runs = [];
    one.values.forEach((value, at) => {
      if (value === null) return;
      if (at === 0 || one.values[at - 1] === null) runs.push([]);
      runs.at(-1).push([x(at), y(value)]);
    });
    const nodes = runs.map((run) => s("path", { class: `line stroke color-${i % 12}`, d: `M${run.map((p) => p.join(" ")).join("L")}` }));
    const fills = area ? runs.map((run) => s("path", { class: `area fill color-${i % 12}`, d: `M${run[0][0]} ${floor}L${run.map((p) => p.join(" ")).join("L")}L${run.at(-1)[0]} ${floor}Z` })) : [];
    const dots = runs.flat().map(([cx, cy]) => s("circle", { class: `dot color-${i % 12}`, cx, cy, r: one.values.length > 14 ? 2.2 : 3 }));
    return [...fills, ...nodes, ...dots];
  },
};

function withTips(svg, { categories, series, x, slot, box, width, figure }) {
  const guide = s("line", { class: "guide", y1: box.top, y2: box.bottom, visibility: "hidden" });
  const tip = h("div.chart-tip", { hidden: true });
  const wrap = h("div.plot-wrap", null, svg, tip);
  svg.prepend(guide);
  svg.addEventListener("pointermove", (event) => {
    const at = Math.floor((event.offsetX - box.left) / slot);
    const inside = at >= 0 && at < categories.length;
    tip.hidden = !inside;
    guide.setAttribute("visibility", inside ? "visible" : "hidden");
    if (!inside || tip.dataset.at === String(at)) return;
    tip.dataset.at = at;
    guide.setAttribute("x1", x(at));
    guide.setAttribute("x2", x(at));
    tip.replaceChildren(h("strong", null, categories[at]), ...series.map((one, i) => h("div", null,
      h("i", { class: `swatch color-${i % 12}` }), h("span", null, one.name), h("b", null, one.values[at] === null ? "–" : figure(one.values[at])))));
    const right = x(at) > width / 2;
    tip.style.setProperty("left", right ? "auto" : `${x(at) + 12}px`);
    tip.style.setProperty("right", right ? `${width - x(at) + 12}px` : "auto");
  });
  svg.addEventListener("pointerleave", () => { tip.hidden = true; guide.setAttribute("visibility", "hidden"); });
  return wrap;
}

/** A pie; `say` gives the words for a slice. */
export function drawPie(segments, width, say) {
  const size = Math.min(200, width), r = size / 2 - 3, c = size / 2;
  const svg = s("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
  if (segments.length === 1) {
    svg.append(s("circle", { class: "slice fill color-0", cx: c, cy: c, r }, title(say(segments[0]))));
    return svg;
  }
  let turn = -Math.PI / 2;
  segments.forEach((segment, i) => {
    const end = turn + segment.share * 2 * Math.PI;
    const point = (a) => `${c + r * Math.cos(a)} ${c + r * Math.sin(a)}`;
    svg.append(s("path", { class: `slice fill color-${i % 12}`, d: `M${c} ${c}L${point(turn)}A${r} ${r} 0 ${segment.share > 0.5 ? 1 : 0} 1 ${point(end)}Z` }, title(say(segment))));
    turn = end;
  });
  return svg;
}
