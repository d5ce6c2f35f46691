import { byId, draw, element, setText, table } from "./dom.mjs";
import { duration, phaseMood, timeOfDay, valueWithUnit, verdict } from "./format.mjs";

/** Shows the headline, how far the rollout is, and what its last round of checks found. */
export function showRollout({ stack, rollout }) {
  setText("stack", `Stack ${stack}`);
  document.title = rollout === undefined ? `${stack} – Sluice` : `${rollout.phase}: ${stack} – Sluice`;
  setText("phase", rollout?.phase ?? "");
  byId("phase").dataset.mood = rollout === undefined ? "" : phaseMood(rollout.phase);
  setText("versions", rollout === undefined ? "There has been no rollout yet." : `${rollout.from} → ${rollout.to}`);
  setText("rollout-title", rollout === undefined ? "Rollout" : `Rollout ${rollout.id}`);
  setText("announcement", rollout === undefined ? "" : announcement(rollout));
  draw("progress", rollout && { ...rollout, rounds: [] }, () => (rollout === undefined ? [] : progress(rollout)));
  const round = rollout?.rounds.at(-1);
  draw("checks", [round, rollout?.failedChecks, rollout?.threshold], () =>
    round === undefined ? [element("p", { class: "quiet" }, "No checks have been made yet.")] : checks(round, rollout),
  );
}

/** What a screen reader is told, whenever it changes. */
function announcement({ phase, step, steps, to, weight, paused, undriven, failedChecks, threshold }) {
  const failures = failedChecks === 0 ? "" : ` ${failedChecks} of ${threshold} failed rounds.`;
  const waits = [paused, undriven].filter((text) => text !== undefined).map((text) => ` ${text}`);
  return `${phase}, step ${step} of ${steps}, ${to} gets ${weight}%.${failures}${waits.join("")}`;
}

function progress({
  from,
  to,
  step,
  steps,
  weight,
  paused,
  undriven,
  watchedUntil,
  outcome,
  nextAt,
  startedAt,
  endedAt,
}) {
  return [
    element(
      "div",
      { class: "row" },
      element("label", { for: "steps" }, `step ${step} of ${steps}`),
      element(
        "span",
        { class: "quiet" },
        "since ",
        timeOfDay(startedAt),
        endedAt === undefined ? "" : " until ",
        endedAt === undefined ? "" : timeOfDay(endedAt),
      ),
    ),
    element("progress", { id: "steps", max: Math.max(1, steps), value: step }),
    element(
      "p",
      { class: "weight" },
      element("strong", { id: "weight" }, `${weight}%`),
      ` of the requests that no rule decides go to ${to}, ${100 - weight}% to ${from}`,
    ),
    watchedUntil === undefined
      ? undefined
      : element(
          "p",
          { class: "notice", id: "bake" },
          `${to} is watched until `,
          timeOfDay(watchedUntil),
          `; ${from} keeps its pods`,
        ),
    paused === undefined ? undefined : element("p", { class: "notice", id: "paused" }, paused),
    undriven === undefined ? undefined : element("p", { class: "notice", id: "undriven" }, undriven),
    outcome === undefined ? undefined : element("p", { class: "notice", id: "outcome" }, outcome),
    nextAt === undefined ? undefined : element("p", { id: "countdown", "data-at": nextAt }, untilNext(nextAt)),
  ];
}

/** Counts down to what comes next; called more often than data comes. */
export function tick() {
  const countdown = byId("countdown");
  if (countdown !== null) setText("countdown", untilNext(countdown.dataset.at));
}

function untilNext(at) {
  const left = new Date(at).getTime() - Date.now();
  return left > 0 ? `Next in ${duration(left)}` : "Next any moment now";
}

function checks(round, { failedChecks, threshold }) {
  return [
    element(
      "p",
      { class: "row" },
      element("span", {}, "At ", timeOfDay(round.at), `, with ${round.weight}%: `, verdict(round.verdict)),
      element("span", { class: "quiet" }, `failed rounds: ${failedChecks}, rolls back at ${threshold}`),
    ),
    checkTable("The last round of checks", round.checks),
  ];
}

/** The checks of one round with what they found. */
export function checkTable(caption, found) {
  const row = (check) =>
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        check.name,
        check.kind === check.name ? undefined : element("small", {}, ` ${check.kind}`),
      ),
      element("td", { class: "number" }, valueWithUnit(check)),
      element("td", {}, check.allowed ?? ""),
      element("td", {}, verdict(check.verdict)),
      element("td", { class: "quiet found" }, check.message),
    );
  return table(caption, ["Check", "Value", "Allowed", "Verdict", "What was found"], found.map(row));
}
