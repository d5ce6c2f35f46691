import { byId, draw, element, setText } from "./dom.mjs";
import { ownStack } from "./stacks.mjs";

const labels = {
  approve: "Approve",
  pause: "Pause",
  resume: "Resume",
  retry: "Retry",
  promote: "Promote …",
  abort: "Abort …",
};

const questions = {
  abort: ({ from, to }) => ({
    title: `Abort the rollout of ${to}?`,
    text: `All requests go back to ${from}.`,
    yes: "Abort the rollout",
    no: "Go on with it",
  }),
  promote: ({ to }) => ({
    title: `Promote ${to} now?`,
    text: `This skips the remaining steps and their checks: all requests go to ${to}.`,
    yes: `Promote ${to}`,
    no: "Go on step by step",
  }),
};

let current;

/** Shows a button for each action that makes sense now. */
export function showActions({ rollout }) {
  current = rollout;
  draw("actions", rollout?.actions ?? [], () => (rollout?.actions ?? []).map(button));
}

function button(action) {
  const attributes = { type: "button", "data-key": action, "data-action": action, onclick: () => void choose(action) };
  return element(
    "button",
    { ...attributes, class: action === "abort" ? "danger" : undefined },
    labels[action] ?? action,
  );
}

async function choose(action) {
  // What is confirmed is what was on the page when the button was pressed, not what has become of it meanwhile.
  const rollout = current;
  if (rollout === undefined) return;
  const question = questions[action]?.(rollout);
  if (question !== undefined && !(await isConfirmed(question))) return;
  await send(action, rollout.id);
}

function isConfirmed({ title, text, yes, no }) {
  const dialog = byId("confirmation");
  setText("confirmation-title", title);
  setText("confirmation-text", text);
  setText("confirmation-yes", yes);
  setText("confirmation-no", no);
  dialog.returnValue = "no";
  byId("confirmation-yes").onclick = () => dialog.close("yes");
  byId("confirmation-no").onclick = () => dialog.close("no");
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }),
  );
}

async function send(action, rollout) {
  const buttons = byId("actions");
  buttons.inert = true;
  setText("answer", `${labels[action].replace(" …", "")}: asked for …`);
  byId("answer").dataset.state = "";
  try {
    const answer = await fetch(`/actions/${action}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content,
      },
      body: JSON.stringify({ stack: ownStack, rollout }),
    });
    const { message } = await answer.json();
    setText("answer", message);
    byId("answer").dataset.state = answer.ok ? "done" : "refused";
  } catch {
    setText("answer", "The dashboard did not answer: check that sluice dashboard still runs.");
    byId("answer").dataset.state = "refused";
  } finally {
    buttons.inert = false;
  }
}
