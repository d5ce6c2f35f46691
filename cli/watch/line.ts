import { percent } from "../../traffic/explain";
import type { Picture, WatchedRule } from "./picture";
import { standingInWords } from "./standing";
import { elapsedInWords, failuresInWords, latencyInWords } from "./words";

/**
 * A picture on one line, for output without a terminal:
 * `35s  no rule: 90.5% v1, 9.5% v2 of 200, p50 2.3 ms, p99 9.1 ms: as planned`.
 */
export function lineOf({ elapsed, rules }: Picture): string {
  return `${elapsedInWords(elapsed)}  ${rules.map(ruleInWords).join("; ")}`;
}

function ruleInWords({ rule, verdict, standing, needed, latency }: WatchedRule): string {
  const { requests, versions, failures } = verdict;
  const split = versions.map(({ version, count }) => `${percent(Number((count / requests).toFixed(3)))} ${version}`);
  const parts =
    requests > 0
      ? [`${split.join(", ")} of ${requests}`, ...failuresInWords(failures), ...latencyInWords(latency)]
      : ["no request yet"];
  return `${rule}: ${parts.join(", ")}: ${standingInWords(standing, needed)}`;
}
