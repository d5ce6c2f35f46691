import { element } from "./dom.mjs";

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** A share of 0 to 1: `29.4%`. */
export const percent = (value) => share.format(value);

/** `93.2%`, `412 ms`, or nothing. */
export function valueWithUnit({ value, unit }) {
  if (value === undefined) return "";
  return `${number.format(value)}${unit === undefined ? "" : unit === "%" ? "%" : ` ${unit}`}`;
}

/** A time as text, for drawings. */
export const clockTime = (iso) => clock.format(new Date(iso));
export const timeOfDay = (iso) => element("time", { datetime: iso }, clockTime(iso));
export const dayAndTime = (iso) => element("time", { datetime: iso }, day.format(new Date(iso)));

/** `1 h 5 min`, `4 min 10 s`, `42 s`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [`${hours} h`, `${minutes} min`] : [`${minutes} min`, `${seconds % 60} s`];
  return parts.filter((part) => !part.startsWith("0 ")).join(" ") || "0 s";
}

const marks = { passed: "✓", failed: "✗", "no data": "…", inconclusive: "?" };

/** A verdict as text, with a mark and a color beside them. */
export function verdict(text) {
  const mark = element("span", { "aria-hidden": "true" }, `${marks[text] ?? "?"} `);
  return element("span", { class: "verdict", "data-verdict": text }, mark, text);
}

/** A phase, colored by how it goes. */
export function phaseMood(phase) {
  if (phase === "Succeeded") return "good";
  if (phase === "Failed") return "bad";
  return phase.startsWith("Waiting") ? "waiting" : "busy";
}
