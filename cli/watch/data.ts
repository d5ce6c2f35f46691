import type { Picture, WatchedRule } from "./picture";

/** A picture as data, for `--json`. */
export function dataOf({ stack, address, port, plan, rules, asPlanned, notes, elapsed }: Picture) {
  return { stack, address, port, plan, rules: rules.map(ruleData), asPlanned, notes, elapsedSeconds: elapsed };
}

function ruleData({ rule, request, port, verdict, standing, latency }: WatchedRule) {
  const { requests, versions, failures } = verdict;
  const planned = versions
    .filter((version) => version.planned > 0)
    .map((version) => [version.version, version.planned]);
  const measured = versions.map(({ version, count }) => {
    return [version, { count, share: requests > 0 ? count / requests : null }];
  });
  return {
    rule,
    request,
    port,
    planned: Object.fromEntries(planned) as Record<string, number>,
    versions: Object.fromEntries(measured) as Record<string, { count: number; share: number | null }>,
    requests,
    errors: failures,
    latencyMilliseconds: { p50: latency?.p50 ?? null, p99: latency?.p99 ?? null },
    verdict: standing,
  };
}
