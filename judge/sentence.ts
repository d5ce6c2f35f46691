import type { Counts, Observation } from "./observation";
import type { Settings } from "./options";

export type Verdict = "healthy" | "undecided" | "broken";
/** The counts of a step. */
export type Versions = Pick<Observation, "canary" | "stable">;

/**
 * `5% of 240 requests on the canary failed in this step, 1% of 900 on stable: worse than stable`.
 *
 * @param before stable's requests before this step, for a step in which it has none.
 */
export function sentenceFor(
  verdict: Verdict,
  { canary, stable }: Versions,
  before: Counts,
  { words, allow, tolerate, margin }: Settings,
): string {
  if (canary.requests === 0 && verdict !== "broken")
    return `no requests reached ${words.canary} in this step: cannot tell yet`;
  const facts = `${percent(canary)} of ${canary.requests} requests on ${words.canary} ${words.erred} in this step, ${beside(stable, before, words.stable)}`;
  const tolerated = `${spell(tolerate)} times ${words.stable}'s rate and ${spell(100 * margin)}%`;
  switch (verdict) {
    case "broken":
      return `${facts}: worse than ${allow === 1 ? words.stable : `${spell(allow)} times ${words.stable}'s rate`}`;
    case "healthy":
      return `${facts}: below ${tolerated}`;
    case "undecided":
      return `${facts}: cannot tell yet whether that is below ${tolerated}`;
  }
}

function beside(stable: Counts, before: Counts, name: string): string {
  const isLong = stable.requests === 0 && before.requests > 0;
  const counts = isLong ? before : stable;
  return `${percent(counts)} of ${counts.requests} on ${name}${isLong ? " before" : ""}`;
}

function percent({ requests, errors }: Counts): string {
  return requests === 0 ? "none" : `${spell((100 * errors) / requests)}%`;
}

function spell(value: number): string {
  return String(Number(value.toFixed(2)));
}
