import type { Application } from "../kubernetes/application";
import type { Problem } from "../config/problems";
import type { GivenValues } from "../config/schema";
import { partingLabels } from "./live";
import { labelsInPolicies } from "./live-refusals";
import { nameOf } from "./names";

/**
 * An application whose workload runs already, with the version that it is: the one whose settings the stack leaves out.
 */
export function withLive(
  application: Application,
  { versions = {}, strategy, from }: Pick<GivenValues, "versions" | "strategy" | "from">,
): Application | readonly Problem[] {
  const { workload, autoscalers, others } = application;
  const name = nameOf(workload);
  if (strategy !== "canary")
    return [
      {
        key: "strategy",
        value: strategy,
        allowed: "must be canary under sluice:from.live: no other strategy is supported yet",
      },
    ];
  const plain = Object.entries(versions).filter(([, one]) => one.image === undefined && one.patch === undefined);
  const [[version, given] = [], ...more] = plain;
  if (version === undefined || given === undefined) {
    const allowed = `must have a version without image and patch, such as v1: {}, which is the live ${name} itself`;
    return [{ key: "versions", value: Object.keys(versions), allowed }];
  }
  const problems: Problem[] = more.map(([other]) => ({
    key: `versions.${other}`,
    value: {},
    allowed: `must have an image or a patch: versions.${version} is the live ${name} already`,
  }));
  if (given.replicas !== undefined)
    problems.push({
      key: `versions.${version}.replicas`,
      value: given.replicas,
      allowed: `has no meaning for the live ${name}, whose number of pods stays its own: kubectl scale sets it, or its autoscaler`,
    });
  const uncounted = Object.entries(versions).filter(
    ([other, { replicas }]) => other !== version && replicas === undefined,
  );
  if (workload.spec.replicas === 0 && autoscalers.length === 0 && !from?.isPart)
    problems.push(
      ...uncounted.map(([other]) => ({
        key: `versions.${other}.replicas`,
        value: undefined,
        allowed: `must be set: a version has as many pods as the live ${name}, which has none now`,
      })),
    );
  const parting = partingLabels(application, labelsInPolicies(others.filter(({ kind }) => kind === "NetworkPolicy")));
  if (!parting)
    problems.push({
      key: "from.live",
      value: name,
      allowed: `must be selected by labels with values, because they distinguish its pods from other versions' pods`,
    });
  return problems.length > 0 || !parting ? problems : { ...application, live: { version, parting } };
}
