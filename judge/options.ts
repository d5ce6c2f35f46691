import { UserError } from "../progress/user-error";
import { checkCounts, type Counts } from "./observation";

/** What a judge promises, and what it lets pass. */
export interface JudgeOptions {
  /** The most rollouts of a canary as good as stable that may be called broken, above 0 and below 1 (0.01). */
  readonly falseRollback?: number;
  /** The most steps of a canary worse than what is tolerated that may be called healthy, above 0 and below 1 (0.05). */
  readonly falseHealthy?: number;
  /** How many times stable's error rate is allowed, 1 or more (1): "broken" says that it was shown to be more. */
  readonly allow?: number;
  /** How many times stable's error rate is tolerable, `allow` or more (1.5): "healthy" says that it was shown to be less. */
  readonly tolerate?: number;
  /** What a healthy canary may have on top of that, as a part of its requests, 0 or more and below 1 (0.01). */
  readonly margin?: number;
  /** The mean number of errors that one cause makes together, 1 or more (5): it holds until stable has shown another. */
  readonly burst?: number;
  /** Stable's requests and errors before the rollout, for example of the last hour. */
  readonly history?: Counts;
  /** (`the canary`, `stable`, `failed`) */
  readonly words?: Words;
}

/** What a judge calls things in its sentences. */
export interface Words {
  readonly canary: string;
  readonly stable: string;
  /** What an error is, as a verb: `failed`, `took longer than 300ms`. */
  readonly erred: string;
}

/** The same, checked and with the defaults filled in. */
export type Settings = Required<JudgeOptions>;

/** @throws UserError for a value that is out of its range. */
export function settingsOf(options: JudgeOptions): Settings {
  const { falseRollback = 0.01, falseHealthy = 0.05, allow = 1, tolerate = 1.5, margin = 0.01 } = options;
  const { burst = 5, history = { requests: 0, errors: 0 } } = options;
  const { words = { canary: "the canary", stable: "stable", erred: "failed" } } = options;
  const require = (isRight: boolean, key: string, value: number, allowed: string): void => {
    if (!isRight) throw new UserError(`${key} is ${value}: it must be ${allowed}`);
  };
  const isRisk = (one: number) => one > 0 && one < 1;
  require(isRisk(falseRollback), "falseRollback", falseRollback, "above 0 and below 1");
  require(isRisk(falseHealthy), "falseHealthy", falseHealthy, "above 0 and below 1");
  require(allow >= 1 && allow < Infinity, "allow", allow, "1 or more: 1 is as many errors as stable has");
  require(tolerate >= allow && tolerate < Infinity, "tolerate", tolerate, `allow, ${allow}, or more`);
  require(margin >= 0 && margin < 1, "margin", margin, "0 or more and below 1: a part of the requests");
  require(margin > 0 || tolerate > 1, "margin", margin, "above 0 if tolerate is 1: nothing can be shown to be below");
  require(burst >= 1 && burst < Infinity, "burst", burst, "1 or more: errors that come together");
  checkCounts("history", history);
  return { falseRollback, falseHealthy, allow, tolerate, margin, burst, history, words };
}
