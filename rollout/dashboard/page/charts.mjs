import { draw, element } from "./dom.mjs";
import { clockTime } from "./format.mjs";

/** Shows how the rollout went, a drawing for each thing that is measured. */
export function showCharts({ charts = [] }) {
  draw("charts", charts, () =>
    charts.length === 0 ? [element("p", { class: "quiet" }, "Nothing has been measured yet.")] : charts.map(figure),
  );
}

function figure({ title, lines, ...drawing }) {
  const legend = lines.map(({ label, of }) =>
    element("span", {}, element("span", { class: `key ${of}`, "aria-hidden": "true" }), label),
  );
  return element(
    "figure",
    {},
    element("figcaption", {}, element("span", {}, title), element("span", { class: "quiet" }, legend)),
    picture(lines, drawing),
  );
}

/** For the eye alone: the last values stand in the legend. */
function picture(lines, { width, height, left, right, limit, values, times }) {
  return shape(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    values.map(({ y, text }) => [
      shape("path", { class: "grid", d: `M${left},${y}H${right}` }),
      shape("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, text),
    ]),
    times.map(({ x, at }) => shape("text", { x, y: height - 6, "text-anchor": "middle" }, clockTime(at))),
    lines.map(({ of, band }) => (band === undefined ? [] : shape("path", { class: `band ${of}`, d: band }))),
    lines.map(({ of, path }) => shape("path", { class: `line ${of}`, d: path })),
    limit === undefined ? [] : shape("path", { class: "limit", d: `M${left},${limit}H${right}` }),
  );
}

function shape(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat(2));
  return made;
}
