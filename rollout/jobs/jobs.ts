import { UserError } from "../../progress/user-error";
import type { Manifest } from "../../render/manifest";
import type { Finding } from "../analysis/threshold";

/** Runs the Jobs of checks. */
export interface Jobs {
  /**
   * Shows a Job to the API server, which creates nothing.
   *
   * @returns why it is refused; nothing if it is not.
   */
  tryOut(job: Manifest): Promise<string | undefined>;
  /**
   * Runs a Job to its end and removes it, and those that others have left with its labels.
   *
   * @param name what the metric is called.
   * @throws UserError if it can't be run or be looked at; the signal's reason if that is aborted. It is removed anyway.
   */
  run(job: Manifest, name: string, signal: AbortSignal): Promise<Finding>;
}

/** @throws UserError if nobody runs Jobs. */
export function demandJobs(jobs: Jobs | undefined): Jobs {
  if (jobs) return jobs;
  throw new UserError("there is no cluster that runs Jobs", "SLUICE1605");
}
