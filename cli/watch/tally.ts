import { countVersions } from "../../probe/count-versions";
import type { ProbeAnswer } from "../../probe/send-requests";

/** The results of the requests for one rule. */
export interface Tally {
  /** Answered requests by version. */
  readonly counts: Readonly<Record<string, number>>;
  /** Requests that no version answered, by what came back instead. */
  readonly failures: Readonly<Record<string, number>>;
  /** How long each answer took, from any version; a request without an answer has no time. */
  readonly milliseconds: readonly number[];
}

/** Counts answers by version. */
export function tallyOf(answers: readonly ProbeAnswer[], versions: Parameters<typeof countVersions>[1]): Tally {
  const answered = answers.filter(({ status }) => status !== undefined);
  return { ...countVersions(answers, versions), milliseconds: answered.flatMap(({ milliseconds }) => milliseconds) };
}

/** Requests of which none could be sent. */
export function tallyOfFailure(requests: number, reason: string): Tally {
  return { counts: {}, failures: requests > 0 ? { [reason]: requests } : {}, milliseconds: [] };
}

/** Several tallies as one. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return {
    counts: sumCounts(tallies.map(({ counts }) => counts)),
    failures: sumCounts(tallies.map(({ failures }) => failures)),
    milliseconds: tallies.flatMap(({ milliseconds }) => milliseconds),
  };
}

function sumCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const counts of all)
    for (const [key, count] of Object.entries(counts)) sum.set(key, (sum.get(key) ?? 0) + count);
  return Object.fromEntries(sum);
}
