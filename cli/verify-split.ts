import { setTimeout as sleep } from "node:timers/promises";
import type { StackConfig } from "../config";
import type { Cluster, StackOutputs } from "../engine/engine";
import { jobFor, type Place } from "../probe/ask-plan";
import { countVersions, type CountOptions } from "../probe/count-versions";
import { sendAll } from "../probe/send-requests";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { samplesOf } from "../traffic/samples";
import { judgePlan, judgeSplit, type PlanVerdict } from "../traffic/verdict";

/** Seconds that a controller has to take up a change before its split is measured. */
export const settleSeconds = 30;

/** How many requests show a rule that sends all of them to one version. */
const requestsPerRule = 20;

/**
 * Sends requests to the stack's address, plain ones and a few for each rule, and compares the count by version with the
 * plan.
 *
 * A controller takes a change up some time after the API server has it, so samples are sent until one is as planned, for
 * at most half a minute. They are as large as the verdict's: a small one can't tell 10% from nothing. The verdict is on
 * requests sent after that, so that it is not the luckiest of many samples.
 *
 * @throws UserError if the stack has no address.
 */
export async function verifySplit(
  cluster: Cluster,
  config: StackConfig,
  outputs: StackOutputs | undefined,
  requests: number,
  { report, signal }: StepContext,
): Promise<PlanVerdict> {
  const place = placeOf(outputs, config);
  const measure = () => measureSplit(cluster, config, place, requests, signal);
  await untilTakenUp(measure, { report, signal });
  report(`${requests} requests to ${place.address}:${place.port}`);
  return measure();
}

/** Measures again and again until a sample is as planned, for at most half a minute. */
export async function untilTakenUp(
  measure: () => Promise<PlanVerdict>,
  { report, signal }: StepContext,
): Promise<void> {
  const deadline = Date.now() + settleSeconds * 1000;
  while (!(await measure()).asPlanned && Date.now() < deadline) {
    report("waiting until the plan is served");
    await sleep(500, undefined, { signal });
  }
}

/** One sample: plain requests, and a few for each rule of the plan, by the versions that answered them. */
export async function measureSplit(
  cluster: Cluster,
  { plan, versions }: StackConfig,
  place: Place,
  requests: number,
  signal: AbortSignal,
  options: CountOptions = {},
): Promise<PlanVerdict> {
  const samples = samplesOf(plan);
  const jobs = samples.map((sample) => jobFor(plan, sample, place, sample.isPlain ? requests : requestsPerRule));
  const answers = await sendAll(cluster.profile?.client ?? [], jobs, signal);
  const verdicts = samples.map(({ rule, shares }, index) => {
    const { counts, failures } = countVersions(answers[index] ?? [], versions, options);
    return { rule, ...judgeSplit(shares, counts, failures) };
  });
  const [plain, ...rules] = verdicts;
  if (!plain) throw new Error("a plan always has plain requests");
  const { rule: _, ...verdict } = plain;
  return judgePlan(verdict, rules);
}

/**
 * The address at which a stack that is up answers requests.
 *
 * @throws UserError if there is none, naming the key to set.
 */
export function placeOf(outputs: StackOutputs | undefined, config: StackConfig): Place {
  if (!outputs) throw new UserError("the stack is not up: there is nothing to send requests to", "SLUICE1106");
  const { address, port = 80 } = outputs;
  if (address) return { address, port };
  const unasked = whyUnasked(config);
  if (unasked !== undefined) throw new UserError(unasked, "SLUICE1107");
  throw new UserError(
    config.plan.router === "service"
      ? "the stack has no address: set sluice:service.nodeAddress to a node's address, where its port answers"
      : "the stack has no address: its controller's Service must have one, or sluice:ingressController.service must name it",
    "SLUICE1107",
  );
}

/** Why nobody outside the cluster can send requests to the versions of a stack; nothing if its address is all that they need. */
export function whyUnasked({ plan, application }: StackConfig): string | undefined {
  if (plan.router !== "service" || !application || plan.nodePort !== undefined) return undefined;
  const [service] = application.services;
  if (!service) return "no Service selects the workload: there is nothing to send requests to";
  if (["LoadBalancer", "NodePort"].includes(service.spec.type ?? "")) return undefined;
  return `Service ${service.metadata.name} answers inside the cluster only: requests can't be sent from here`;
}
