import { draw, element } from "./dom.mjs";
import { percent } from "./format.mjs";

/** Shows what the versions really serve beside what the plan says, and the plan in plain English. */
export function showSplit({ split, plan }) {
  draw("split", split, () =>
    split === undefined || split.length === 0
      ? [element("p", { class: "quiet" }, "Nothing is being measured.")]
      : [legend(), ...split.map(rule)],
  );
  draw("plan", plan, () => plan.map((line) => element("li", {}, line)));
}

function legend() {
  const key = (kind) => element("span", { class: `key ${kind}`, "aria-hidden": "true" });
  return element("p", { class: "quiet" }, key("measured"), "measured", key("planned"), "planned");
}

function rule({ rule, versions, failures }) {
  return element(
    "div",
    { class: "rule" },
    element("h3", {}, rule),
    versions.map(version),
    failures === 0
      ? undefined
      : element("p", { class: "verdict", "data-verdict": "failed" }, `✗ ${failures} requests failed`),
  );
}

function version({ version, planned, measured, count }) {
  const text = `${percent(measured)} measured, ${percent(planned)} planned (${count} requests)`;
  return element(
    "div",
    { class: "share" },
    element("div", { class: "row" }, element("span", {}, version), element("span", { class: "quiet" }, text)),
    bar("measured", measured),
    bar("planned", planned),
  );
}

/** A bar for the eye alone: its text stands above it. The style is set by script, as the page's policy lets no markup have one. */
function bar(kind, value) {
  const fill = element("div", { class: `fill ${kind}` });
  fill.style.inlineSize = `${Math.min(100, Math.max(0, value * 100))}%`;
  return element("div", { class: "bar", "aria-hidden": "true" }, fill);
}
