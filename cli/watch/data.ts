import type { TrafficRequest } from "../../traffic/model";
import type { Picture, WatchedRule } from "./picture";
import type { Standing } from "./standing";

/** A picture as data, for `--json`. */
export interface WatchAnswer extends Pick<Picture, "stack" | "address" | "port" | "plan" | "asPlanned" | "notes"> {
  readonly rules: readonly RuleAnswer[];
  /** Seconds since the watch began. */
  readonly elapsedSeconds: number;
}

/** One rule of the plan, and what the requests in the window say of it. */
interface RuleAnswer {
  /** The rule in plain English: `no rule`, `header Region = shenzhen`. */
  readonly rule: string;
  /** The request that shows it. */
  readonly request: TrafficRequest;
  readonly port: number;
  /** The part of the requests that each version is to get, 0 to 1. */
  readonly planned: Readonly<Record<string, number>>;
  /** The requests that each version has answered, and their part of all, 0 to 1; null without a request. */
  readonly versions: Readonly<Record<string, { readonly count: number; readonly share: number | null }>>;
  readonly requests: number;
  /** Requests that no version answered, by what came back instead. */
  readonly errors: Readonly<Record<string, number>>;
  /** Null without an answer. */
  readonly latencyMilliseconds: { readonly p50: number | null; readonly p99: number | null };
  readonly verdict: Standing;
}

/** A picture as data. */
export function dataOf({ stack, address, port, plan, rules, asPlanned, notes, elapsed }: Picture): WatchAnswer {
  return { stack, address, port, plan, rules: rules.map(ruleData), asPlanned, notes, elapsedSeconds: elapsed };
}

function ruleData({ rule, request, port, verdict, standing, latency }: WatchedRule): RuleAnswer {
  const { requests, versions, failures } = verdict;
  const planned = versions
    .filter((version) => version.planned > 0)
    .map((version) => [version.version, version.planned] as const);
  const measured = versions.map(({ version, count }) => {
    return [version, { count, share: requests > 0 ? count / requests : null }] as const;
  });
  return {
    rule,
    request,
    port,
    planned: Object.fromEntries(planned),
    versions: Object.fromEntries(measured),
    requests,
    errors: failures,
    latencyMilliseconds: { p50: latency?.p50 ?? null, p99: latency?.p99 ?? null },
    verdict: standing,
  };
}
