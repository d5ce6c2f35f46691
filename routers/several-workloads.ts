import type { Problem } from "../config/problems";
import type { Values } from "../config/schema";
import { servicesIn, type WorkloadConfig } from "../config/workloads";

/** Without a mesh nothing but its own files and variables leads a version to the same version behind it. */
export function unwiredCalls({ workloads = {} }: Values): Problem[] {
  return Object.entries(workloads).flatMap(([name, config]) => unwired(name, config));
}

function unwired(name: string, { versions, calls }: WorkloadConfig): Problem[] {
  return Object.entries(versions).flatMap(([version, config]) => {
    const named = servicesIn(config);
    return calls
      .filter((called) => !named.includes(called))
      .map((called) => ({
        key: `workloads.${name}.versions.${version}`,
        value: version,
        allowed: `must have {{ service.${called} }} in its env or files instead of the Service's name: without a mesh, only that makes ${version} of ${name} call ${version} of ${called}`,
      }));
  });
}

/**
 * A page brings many files and calls, each a request of its own: they must not come from two versions.
 *
 * @param instead what to do about it; by default what can be done if affinity keeps users with a version.
 */
export function mixedVersions(
  { workloads, canaryWeight = 0, weightTotal = 100, affinity }: Values,
  instead = "set sluice:affinity.mode to cookie, or choose the users by sluice:headerMatch or sluice:cookieMatch",
): Problem[] {
  if (!workloads || canaryWeight === 0 || canaryWeight >= weightTotal || affinity) return [];
  return [
    {
      key: "canaryWeight",
      value: canaryWeight,
      allowed: `must be 0 or ${weightTotal} for several workloads without stickiness: a page's scripts would come from one version and its styles and calls from the other; ${instead}`,
    },
  ];
}
