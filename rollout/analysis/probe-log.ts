import type { Subject } from "../subject";
import { count, type ProbeAnswers } from "./probe-readings";

/** About a megabyte of durations; comparisons need no more. */
const mostRequests = 50_000;

/** Remembers what the probes of a step found, for comparisons, for which a single round's requests are too few. */
export class ProbeLog {
  private step = "";
  private rounds: { readonly at: number; readonly answers: ProbeAnswers }[] = [];

  /** Adds a round; the first of another step or canary forgets those before it. */
  add(
    { canary, stable, since }: Pick<Subject, "canary" | "stable" | "since">,
    at: number,
    answers: ProbeAnswers,
  ): void {
    const step = JSON.stringify([canary, stable, since, answers.canaryShareOfStable]);
    if (step !== this.step) this.rounds = [];
    this.step = step;
    this.rounds.push({ at, answers });
    while (this.rounds.length > 1 && this.requests() > mostRequests) this.rounds.shift();
  }

  /** All answers since a moment, as of one round. */
  since(moment: number): ProbeAnswers {
    const rounds = this.rounds.filter(({ at }) => at >= moment).map(({ answers }) => answers);
    return {
      canary: rounds.flatMap(({ canary }) => canary),
      stable: rounds.flatMap(({ stable }) => stable),
      canaryShareOfStable: rounds[0]?.canaryShareOfStable ?? 0,
    };
  }

  private requests(): number {
    return this.rounds.reduce((sum, { answers }) => sum + count(answers.canary) + count(answers.stable), 0);
  }
}
