import { ConfigError } from "../../config/problems";
import { countingIngress } from "../../routers/ingress/series";
import { canaryService, type Named } from "./controller-series";

/**
 * A query, or what a web API is asked, with its placeholders filled in.
 *
 * `{{ ingress }}` is the Ingress under whose name the canary's requests are counted: the mainline's, or the idle color's
 * preview; behind a Service alone there is none.
 *
 * @param index the metric's place in the stack's list.
 * @param seconds the window.
 * @param key where the text stands in a metric.
 * @param more placeholders that this text may have as well.
 * @throws ConfigError for placeholders that nobody knows.
 */
export function fillPlaceholders(
  query: string,
  index: number,
  subject: Named,
  seconds: number,
  key = "query",
  more: Readonly<Record<string, string>> = {},
): string {
  const { namespace, workload, canary, stable, controller, plan, predecessor } = subject;
  const known = new Map([
    ["namespace", namespace],
    ["workload", workload],
    ["canary", canary],
    ["stable", stable],
    ...(controller && plan.router === "ingress"
      ? [["ingress", countingIngress(subject, predecessor ? "stable" : "canary")] as const]
      : []),
    ["service", canaryService(subject)],
    ["interval", `${seconds}s`],
    ...Object.entries(more),
  ]);
  const names = [...query.matchAll(placeholder)].map(([, name = ""]) => name);
  const unknown = [...new Set(names)].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const spell = (all: Iterable<string>) => [...all].map((name) => `{{ ${name} }}`).join(", ");
    const allowed = `must not have ${spell(unknown)}: known placeholders are ${spell(known.keys())}`;
    throw new ConfigError([{ key: `rollout.metrics.${index}.${key}`, value: query, allowed }]);
  }
  return query.replace(placeholder, (_, name: string) => known.get(name) ?? "");
}

const placeholder = /\{\{\s*(.*?)\s*\}\}/g;
