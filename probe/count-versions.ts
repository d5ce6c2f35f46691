import type { VersionConfig } from "../config/versions";
import type { ProbeAnswer } from "./send-requests";

/** Answers by the version that gave them. */
export interface VersionCounts {
  readonly counts: Readonly<Record<string, number>>;
  /** Answers that no version gave, by what came back instead. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Options for counting answers. */
export interface CountOptions {
  /** Counts a version's errors as its answers too: which version serves users, not how well. */
  readonly errorsToo?: boolean;
}

/**
 * Tells from its body or its `Server` header which version gave each answer: the one whose pattern alone is found there.
 */
export function countVersions(
  answers: readonly ProbeAnswer[],
  versions: Readonly<Record<string, Pick<VersionConfig, "answer">>>,
  { errorsToo = false }: CountOptions = {},
): VersionCounts {
  const patterns = Object.entries(versions).map(
    ([version, { answer }]) => [version, patternOf(version, answer)] as const,
  );
  const counts: Record<string, number> = {};
  const failures: Record<string, number> = {};
  for (const answer of answers) {
    const { status, server, body = "", error, times } = answer;
    const text = `Server: ${server ?? ""}\n${body}`;
    const found = patterns.filter(([, pattern]) => pattern.test(text)).map(([version]) => version);
    const [version] = found;
    const isServed = status !== undefined && (errorsToo || status < 400) && version !== undefined && found.length === 1;
    const [tally, key] = isServed ? [counts, version] : [failures, error ?? describe(answer, found)];
    tally[key] = (tally[key] ?? 0) + times;
  }
  return { counts, failures };
}

/** The version's name as a word: v1 is in nginx-v1, but neither in v12 nor in v1-beta. */
function patternOf(version: string, answer: string | undefined): RegExp {
  return answer === undefined ? new RegExp(`(?<!\\w)${version}(?![-\\w])`) : new RegExp(answer);
}

function describe({ status, location, body = "" }: ProbeAnswer, found: readonly string[]): string {
  const to = location === undefined ? "" : ` to ${location}`;
  const which = found.length > 1 ? ` (fits ${found.join(" and ")})` : "";
  return `status ${status}${to}: ${JSON.stringify(body.slice(0, 60))}${which}`;
}
