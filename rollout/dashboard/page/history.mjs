import { draw, element, table } from "./dom.mjs";
import { dayAndTime, duration, phaseMood, timeOfDay, verdict } from "./format.mjs";
import { checkTable } from "./rollout.mjs";

/** The rollouts whose rounds are open, which stay so when the table is drawn again. */
const open = new Set();

/** Shows earlier rollouts, each with its rounds to unfold. */
export function showHistory({ history }) {
  draw("history", history, () =>
    history.length === 0
      ? [element("p", { class: "quiet" }, "No earlier rollouts.")]
      : [
          table(
            "Earlier rollouts",
            ["Rollout", "Versions", "Phase", "Outcome", "Began", "Took", "Rounds"],
            history.flatMap(rows),
          ),
        ],
  );
}

function rows(rollout) {
  const { id, from, to, phase, outcome, startedAt, endedAt, rounds: made } = rollout;
  const details = element(
    "tr",
    { id: `rounds-${id}`, class: "details", hidden: !open.has(id) },
    element(
      "td",
      { colspan: "7" },
      made.map((round) => roundPart(id, round)),
    ),
  );
  const toggle = element(
    "button",
    {
      type: "button",
      "data-key": `rounds-${id}`,
      "aria-expanded": String(open.has(id)),
      "aria-controls": `rounds-${id}`,
      "aria-label": `Rounds of rollout ${id}: ${made.length}`,
      onclick: () => {
        const opens = !open.delete(id);
        if (opens) open.add(id);
        details.hidden = !opens;
        toggle.setAttribute("aria-expanded", String(opens));
      },
    },
    String(made.length),
  );
  return [
    element(
      "tr",
      {},
      element("th", { scope: "row" }, String(id)),
      element("td", { class: "number" }, `${from} → ${to}`),
      element("td", {}, element("span", { class: "phase", "data-mood": phaseMood(phase) }, phase)),
      element("td", {}, outcome ?? ""),
      element("td", {}, dayAndTime(startedAt)),
      element(
        "td",
        { class: "number" },
        endedAt === undefined ? "" : duration(new Date(endedAt) - new Date(startedAt)),
      ),
      element("td", {}, made.length === 0 ? "none" : toggle),
    ),
    details,
  ];
}

function roundPart(id, { at, step, weight, verdict: outcome, checks }) {
  return element(
    "div",
    { class: "round" },
    element("h3", {}, timeOfDay(at), `, step ${step}, ${weight}%: `, verdict(outcome)),
    checkTable(`Checks of rollout ${id}, step ${step}`, checks),
  );
}
