import { sourceKey } from "../config/from";
import type { Problem } from "../config/problems";
import type { StackConfig } from "../config/stack-config";
import { nameOf } from "../workloads/names";
import { isPartitioned } from "../workloads/partition";
import { versionObjects } from "../workloads/versions";
import { deployedVersions } from "./deployed";
import { routeObjects } from "./routers";

/** Objects of an application that have the names of those that the stack makes beside it: one would become the other. */
export function takenNames(config: StackConfig, key = sourceKey()): Problem[] {
  const { application, plan, versions, workload, namespace } = config;
  if (!application) return [];
  const deployed = isPartitioned(application) ? [] : deployedVersions(config, plan);
  const ofVersions = deployed.flatMap((version) => {
    const { deployment, autoscalers, budgets } = versionObjects(application, version, versions[version] ?? {});
    return [deployment, ...autoscalers, ...budgets];
  });
  const made = [...ofVersions, ...routeObjects({ config, plan, title: workload })].map(
    ({ kind, metadata }) => `${kind}/${metadata.name}`,
  );
  return application.others
    .filter((other) => other.metadata.namespace === namespace && made.includes(nameOf(other)))
    .map((other) => ({
      key,
      value: nameOf(other),
      allowed: `must have another name: the stack makes an object of this one beside Deployment/${workload}`,
    }));
}
