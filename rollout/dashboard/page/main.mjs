import { showActions } from "./actions.mjs";
import { showCharts } from "./charts.mjs";
import { byId, setText } from "./dom.mjs";
import { duration } from "./format.mjs";
import { showHistory } from "./history.mjs";
import { showRollout, tick } from "./rollout.mjs";
import { showSplit } from "./split.mjs";
import { addressOf, ownStack, showStacks } from "./stacks.mjs";

/** Milliseconds without news after which the page says that what it shows may be old. */
const patience = 5_000;
let newsAt = performance.now();
let isOpen = false;

function setConnection(state, text) {
  byId("connection").dataset.state = state;
  setText("connection", text);
  document.body.classList.toggle("stale", state === "lost");
}

function connect() {
  const events = new EventSource(addressOf("/events", ownStack));
  const heard = () => {
    newsAt = performance.now();
    isOpen = true;
    setConnection("live", "Live");
  };
  events.addEventListener("message", ({ data }) => {
    heard();
    const news = JSON.parse(data);
    setText("problem", (news.unreadable ?? []).join(" "));
    byId("problem").hidden = (news.unreadable ?? []).length === 0;
    for (const show of [showStacks, showRollout, showActions, showCharts, showSplit, showHistory]) show(news);
  });
  events.addEventListener("problem", ({ data }) => {
    heard();
    const news = JSON.parse(data);
    showStacks(news);
    setText("problem", `This data is old, because it can't be read now: ${news.message}`);
    byId("problem").hidden = false;
  });
  events.addEventListener("error", () => {
    isOpen = false;
    // A browser connects again by itself, but not after an answer that was an error.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 2_000);
  });
}

connect();
setInterval(() => {
  tick();
  const silence = performance.now() - newsAt;
  if (isOpen && silence < patience) return;
  // The duration is left out of what a screen reader is told, as it would read it every second.
  setConnection("lost", "Connection lost: this data may be old. Reconnecting …");
  byId("connection").title = `No news for ${duration(silence)}`;
}, 1_000);
