import { setTimeout as sleep } from "node:timers/promises";
import type { StackConfig } from "../config";
import type { Cluster, StackOutputs } from "../engines/engine";
import { countVersions } from "../probe/count-versions";
import { sendRequests, type ProbeJob } from "../probe/send-requests";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { routeRequest } from "../traffic/model";
import { judgeSplit, type Verdict } from "../traffic/verdict";

/** Seconds that a controller has to take up a change before its split is measured. */
const settleSeconds = 30;

/**
 * Sends requests to the stack's address and holds the count by version against the plan.
 *
 * A controller takes a change up some time after the API server has it, so samples are sent until one is as planned, for
 * at most half a minute. They are as large as the verdict's: a small one can't tell 10% from nothing. The verdict is on
 * requests sent after that, so that it is not the luckiest of many samples.
 *
 * @throws UserError where the stack has no address.
 */
export async function verifySplit(
  cluster: Cluster,
  config: StackConfig,
  outputs: StackOutputs | undefined,
  requests: number,
  { report, signal }: StepContext,
): Promise<Verdict> {
  if (!outputs) throw new UserError("the stack is not up: there is nothing to ask");
  const address = outputs.address;
  if (!address)
    throw new UserError(
      "the stack has no address: its controller's Service must have one, or sluice:ingressController.service must name it",
    );
  const { plan, versions } = config;
  const host = plan.host.replace(/^\*/, "any");
  const { shares } = routeRequest(plan, { host, path: plan.path });
  const measure = async (): Promise<Verdict> => {
    const job: ProbeJob = { address, host, path: plan.path, count: requests };
    const { counts, failures } = countVersions(
      await sendRequests(cluster.profile?.client ?? [], job, signal),
      versions,
    );
    return judgeSplit(shares, counts, failures);
  };
  const deadline = Date.now() + settleSeconds * 1000;
  while (!(await measure()).asPlanned && Date.now() < deadline) {
    report("waiting until the controller has taken the plan up");
    await sleep(500, undefined, { signal });
  }
  report(`${requests} requests to ${address} for ${host}`);
  return measure();
}
