import { latencyOf } from "../../traffic/latency";
import type { Shares } from "../../traffic/shares";
import type { SeenAnswer } from "../watch";

/** What was done, when, and who should serve before and afterwards; times in milliseconds of the machine's clock. */
export interface MadeChange {
  /** When `sluice up` was started. */
  readonly started: number;
  /** When the traffic counted as settled, and stood as it was until `until`. */
  readonly settled: number;
  /** When the next change began; infinity where it was the last. */
  readonly until: number;
  readonly before: Shares;
  readonly after: Shares;
}

/** What a change meant for those who were served meanwhile. */
export interface ChangeFigure {
  /** Requests from the start of `sluice up` to the next change: together the figures leave none of them out. */
  readonly requests: number;
  /** Those of them that no version answered, by what came instead. */
  readonly failures: Readonly<Record<string, number>>;
  /** In milliseconds: 99 of 100 requests took no longer in the seconds before; nothing where there were none. */
  readonly p99Before?: number;
  /** The same from the start of `sluice up` until the traffic had settled. */
  readonly p99During?: number;
  /** Seconds from the start of `sluice up` to the first answer by the new plan; nothing where the plans are the same. */
  readonly firstPlanned?: number;
  /** True where the versions are the same in both plans, so that the moment follows from their shares. */
  readonly isEstimate: boolean;
  /** Seconds to the last answer of a version that the new plan gives nobody; nothing where it leaves none out. */
  readonly lastOther?: number;
  /** True where such a version answered to the end. */
  readonly isOpen: boolean;
  /** Answers of such versions to requests that were sent when the new plan was served already. */
  readonly mixed?: number;
  /** Answers by version before the change, and after it had settled. */
  readonly servedBefore: Readonly<Record<string, number>>;
  readonly servedAfter: Readonly<Record<string, number>>;
}

/** A version that answers so close to the end counts as one that stays. */
const openMilliseconds = 1000;

/**
 * What the answers to one client say of a change.
 *
 * @param answers all of the client's answers.
 * @param steadyFrom when the seconds before the change began that it is compared with.
 */
export function figureOfChange(answers: readonly SeenAnswer[], change: MadeChange, steadyFrom: number): ChangeFigure {
  const { started, settled, until, before, after } = change;
  const sentBetween = (from: number, to: number) => answers.filter((it) => sent(it) >= from && sent(it) < to);
  const own = sentBetween(started, until).sort((left, right) => left.at - right.at);
  const steady = sentBetween(steadyFrom, started);
  const first = firstPlanned(own, before, after);
  const isOther = ({ version }: SeenAnswer) => version !== undefined && !((after[version] ?? 0) > 0);
  const leavesOut = Object.keys(before).some((version) => (before[version] ?? 0) > 0 && !((after[version] ?? 0) > 0));
  const other = own.filter(isOther);
  const last = other.at(-1);
  const since = (answer: SeenAnswer | undefined) => answer && (answer.at - started) / 1000;
  return {
    requests: own.length,
    failures: countBy(own.flatMap(({ failure }) => failure ?? [])),
    p99Before: p99(steady),
    p99During: p99(sentBetween(started, settled)),
    firstPlanned: since(first?.answer),
    isEstimate: first?.isEstimate ?? false,
    lastOther: leavesOut ? since(last) : undefined,
    isOpen: leavesOut && last !== undefined && (own.at(-1)?.at ?? until) - last.at < openMilliseconds,
    mixed: leavesOut && first ? other.filter((it) => sent(it) > first.answer.at).length : undefined,
    servedBefore: countBy(steady.flatMap(({ version }) => version ?? [])),
    servedAfter: countBy(sentBetween(settled, until).flatMap(({ version }) => version ?? [])),
  };
}

/** The first answer by the new plan: of a version that only it gives, else by where the shares change. */
function firstPlanned(
  answers: readonly SeenAnswer[],
  before: Shares,
  after: Shares,
): { readonly answer: SeenAnswer; readonly isEstimate: boolean } | undefined {
  const isNew = (version = "") => (after[version] ?? 0) > 0 && !((before[version] ?? 0) > 0);
  if (Object.keys(after).some(isNew)) {
    const answer = answers.find(({ version }) => isNew(version));
    return answer && { answer, isEstimate: false };
  }
  const served = answers.filter(({ version }) => version !== undefined);
  const answer =
    served[
      changePoint(
        served.map(({ version = "" }) => version),
        before,
        after,
      ) ?? -1
    ];
  return answer && { answer, isEstimate: true };
}

/** An answer that a plan gives nobody is unlikely rather than impossible: one straggler must not decide alone. */
const smallestShare = 0.001;

/**
 * Where a sequence most likely goes over from one distribution to another.
 *
 * @returns the index of the first answer by the later one; nothing where the sequence does not show it, or both are one.
 */
export function changePoint(versions: readonly string[], before: Shares, after: Shares): number | undefined {
  const share = (shares: Shares, version: string) => Math.max(shares[version] ?? 0, smallestShare);
  let [score, best, point] = [0, 0, undefined as number | undefined];
  for (let index = versions.length - 1; index >= 0; index -= 1) {
    const version = versions[index] ?? "";
    score += Math.log(share(after, version) / share(before, version));
    if (score > best) [best, point] = [score, index];
  }
  return point;
}

/** How often each word is there. */
function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function sent({ at, milliseconds }: SeenAnswer): number {
  return at - milliseconds;
}

function p99(answers: readonly SeenAnswer[]): number | undefined {
  return latencyOf(answers.map(({ milliseconds }) => milliseconds))?.p99;
}
