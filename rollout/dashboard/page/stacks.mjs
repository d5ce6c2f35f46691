import { draw, element } from "./dom.mjs";
import { phaseMood } from "./format.mjs";

/** The stack that this page shows; nothing if the address names none. */
export const ownStack = new URLSearchParams(location.search).get("stack") ?? undefined;

/** The address of a stack's page, or of its events. */
export const addressOf = (path, stack) => (stack === undefined ? path : `${path}?stack=${encodeURIComponent(stack)}`);

/** Shows how each stack is doing, with a link to its page, if there are several. */
export function showStacks({ stacks = [] }) {
  const shown = ownStack ?? stacks[0]?.stack;
  draw("stacks", stacks, () =>
    stacks.length === 0
      ? []
      : [
          element(
            "ul",
            {},
            stacks.map((one) => entry(one, shown)),
          ),
        ],
  );
}

function entry({ stack, rollout, problem }, shown) {
  return element(
    "li",
    {},
    element(
      "a",
      { href: addressOf("/", stack), "data-key": stack, "aria-current": stack === shown ? "page" : undefined },
      element("strong", {}, stack),
      " ",
      problem !== undefined
        ? element("span", { class: "phase", "data-mood": "bad" }, "can't be read")
        : rollout && element("span", { class: "phase", "data-mood": phaseMood(rollout.phase) }, rollout.phase),
      element(
        "small",
        {},
        problem ?? (rollout ? `${rollout.from} → ${rollout.to}, ${rollout.weight}%` : "no rollout yet"),
      ),
    ),
  );
}
