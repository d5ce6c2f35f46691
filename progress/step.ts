/** The context of a running step: its reports, and its signal. */
export interface StepContext {
  /** Says in a few words what the step is doing now, for example "3 of 7: kubelet". */
  readonly report: (detail: string) => void;
  /** Aborted when the user interrupts: children are ended and the step rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** One step of a command that may take long enough for a user to wonder what is going on. */
export interface Step {
  /** What is done, in the infinitive without a full stop: "Build the lab's programs". */
  readonly title: string;
  /**
   * Does it.
   *
   * @returns the outcome, shown after the title ("from the cache"), or nothing.
   * @throws any error; its message is shown and the steps after it are not run.
   */
  readonly run: (context: StepContext) => Promise<string | void>;
}
