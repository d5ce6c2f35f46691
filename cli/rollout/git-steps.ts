import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { RolloutConfig } from "../../config/rollout";
import { commitFile } from "../../engine/commit-file";
import type { StackFile } from "../../engine/stack-file";
import { UserError } from "../../progress/user-error";
import { weightOf, type Routing } from "../../rollout/spec";
import type { RolloutState } from "../../rollout/state";
import { valuesFor } from "../../rollout/values";
import { readyInWords, shareInWords } from "../../rollout/words";
import { textWith } from "../settle-file";

/** Commits to git what users get at each step of a rollout, in order, while the rollout continues. */
export class GitSteps {
  private known = "";
  private last: Promise<void> = Promise.resolve();

  /**
   * @param settingsOf what the rollout's stack says of git.
   * @param complain is told what could not be written.
   */
  constructor(
    private readonly place: Pick<StackFile, "file" | "stack">,
    private readonly settingsOf: (state: RolloutState) => RolloutConfig["git"],
    private readonly complain: (message: string, state: RolloutState) => void,
  ) {}

  /** Is told each state once it is stored; resolves once what users get is written, or can't be. */
  follow(state: RolloutState): Promise<void> {
    const { served, id } = state;
    const key = JSON.stringify([id, served]);
    if (!served || key === this.known) return this.last;
    this.known = key;
    this.last = this.last.then(() => this.write(state, served));
    return this.last;
  }

  private async write(state: RolloutState, served: Routing): Promise<void> {
    const { branch, push } = this.settingsOf(state) ?? {};
    if (branch === undefined) return;
    const { file, stack } = this.place;
    const { id, spec, outcome } = state;
    const edit = (onBranch: string | undefined) =>
      textWith(onBranch ?? this.own(), this.place, valuesFor(spec, served));
    const why = served.kind === "stable" && outcome !== undefined ? `\n${outcome}\n` : "";
    const message = `${stack}: rollout ${id}, ${inWords(state, served)}\n${why}`;
    try {
      await commitFile({ folder: dirname(file), name: basename(file), branch, push }, edit, message);
    } catch (error) {
      this.complain(
        `could not commit to branch ${branch} that ${inWords(state, served)} (${(error as Error).message})`,
        state,
      );
    }
  }

  private own(): string {
    try {
      return readFileSync(this.place.file, "utf8");
    } catch {
      throw new UserError(`${basename(this.place.file)} exists neither on that branch nor here`, "SLUICE1702");
    }
  }
}

/** `40% of the requests go to v2 (step 2 of 5)`. */
function inWords({ spec }: RolloutState, served: Routing): string {
  const { from, to, steps, strategy } = spec;
  switch (served.kind) {
    case "stable":
      return `users are back on ${from}`;
    case "trial":
      if (served.step === 0) return readyInWords(spec);
      return strategy === "blueGreen"
        ? `${to} is on trial and gets no users' requests`
        : `${shareInWords(strategy, weightOf(spec, served))} go to ${to} (step ${served.step} of ${steps.length})`;
    case "promotion":
      return `${to} is stable and still the canary`;
    case "promoted":
      return `${to} has taken the place of ${from}`;
  }
}
