import { jobFor } from "../../probe/ask-plan";
import { countVersions } from "../../probe/count-versions";
import type { ProbeAnswer, ProbeJob } from "../../probe/send-requests";
import { UserError } from "../../progress/user-error";
import { samplesOf, type Sample } from "../../traffic/samples";
import type { Subject } from "../subject";
import { sampleAt, withHeaders, type ProbeRequest } from "./probe-request";
import { count, type ProbeAnswers } from "./probe-readings";

/** Sends requests; each job's answers in the order of the jobs. */
export type SendRequests = (jobs: readonly ProbeJob[], signal: AbortSignal) => Promise<ProbeAnswer[][]>;

/** How many requests a probe sends in a round; none for stable where nothing is compared with it. */
export interface ProbeSize {
  readonly canary: number;
  readonly stable: number;
}

/**
 * Asks the canary, and stable beside it, by rules of the plan that send all of a request's kind to one of them.
 *
 * If no rule sends requests to stable alone, the requests that no rule decides stand for it, with the canary's share of them.
 *
 * @throws UserError if no rule sends requests to the canary alone, if other versions answer than the plan says, and if
 * requests can't be sent; the signal's reason if that is aborted.
 */
export async function probe(
  subject: Subject,
  size: ProbeSize,
  send: SendRequests,
  signal: AbortSignal,
  request: ProbeRequest = {},
): Promise<ProbeAnswers> {
  const { plan, place, canary, stable } = subject;
  const samples = samplesOf(plan).map((sample) => sampleAt(plan, sample, request.path));
  const onlyTo = (version: string) => samples.find(({ shares }) => shares[version] === 1);
  const toCanary = onlyTo(canary);
  if (!toCanary)
    throw new UserError(
      `no rule of the plan sends requests to ${canary} alone, by which it could be probed`,
      "SLUICE1606",
    );
  if (!place) throw new UserError("the stack has no address, at which it could be probed", "SLUICE1606");
  const toStable = onlyTo(stable) ?? samples.find(({ isPlain, shares }) => isPlain && (shares[stable] ?? 0) > 0);
  if (!toStable && size.stable > 0)
    throw new UserError(
      `no requests reach ${stable} by the plan, with which ${canary} could be compared`,
      "SLUICE1606",
    );
  const jobs = [
    jobFor(plan, toCanary, place, size.canary),
    ...(toStable && size.stable > 0 ? [jobFor(plan, toStable, place, size.stable)] : []),
  ].map((job) => withHeaders(job, request));
  const [ofCanary = [], ofStable = []] = await send(jobs, signal);
  refuseOthers(ofCanary, toCanary, canary, subject);
  if (toStable?.shares[stable] === 1) refuseOthers(ofStable, toStable, stable, subject);
  const { expect } = request;
  const canaryShareOfStable = toStable?.shares[canary] ?? 0;
  return { canary: ofCanary, stable: ofStable, canaryShareOfStable, ...(expect && { expect }) };
}

function refuseOthers(
  answers: readonly ProbeAnswer[],
  { rule }: Sample,
  expected: string,
  { versions }: Pick<Subject, "versions">,
): void {
  const { counts } = countVersions(answers, versions);
  const others = Object.entries(counts).filter(([version]) => version !== expected);
  if (others.length === 0) return;
  const found = others.map(([version, times]) => `${times} by ${version}`).join(", ");
  throw new UserError(
    `of ${count(answers)} requests with ${rule}, which are all for ${expected}, ${found} were served: the plan is not taken up`,
    "SLUICE1606",
  );
}
