import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { Values } from "../schema";
import type { VersionConfig } from "../versions";
import { servicesIn, type WorkloadConfig } from "../workloads";

/** What contradicts itself in a release of several workloads, and in the places for Services in any. */
export function workloadProblems(values: Values): Problem[] {
  const { workloads } = values;
  if (!workloads) return strangePlaces("", { versions: values.versions, calls: [] });
  return [
    ...differentVersions(values, workloads),
    ...Object.entries(workloads).flatMap(([name, config]) => [
      ...strangePlaces(`workloads.${name}.`, config),
      ...(routerOf(values) === "istio" ? [] : unwired(name, config)),
    ]),
    ...emptyCompanions(values, workloads),
    ...sharedNames(workloads),
    ...withoutStickiness(values),
    ...(values.rollout
      ? [
          {
            key: "rollout",
            value: values.rollout,
            allowed: "has no meaning beside sluice:workloads yet: sluice shift moves several workloads together",
          },
        ]
      : []),
  ];
}

function differentVersions({ workload, versions }: Values, workloads: Readonly<Record<string, WorkloadConfig>>) {
  const wanted = Object.keys(versions).sort().join(", ");
  return Object.entries(workloads).flatMap(([name, config]) => {
    const names = Object.keys(config.versions).sort().join(", ");
    return names === wanted
      ? []
      : [
          {
            key: `workloads.${name}.versions`,
            value: names,
            allowed: `must have the versions of ${workload}, which users reach: ${wanted}`,
          },
        ];
  });
}

function strangePlaces(place: string, { versions, calls }: WorkloadConfig): Problem[] {
  return eachVersion(versions, (version, config) =>
    servicesIn(config)
      .filter((name) => !calls.includes(name))
      .map((name) => ({
        key: `${place}versions.${version}`,
        value: `{{ service.${name} }}`,
        allowed: `must name a workload that this one calls${calls.length > 0 ? `: ${calls.join(", ")}` : ""}`,
      })),
  );
}

/** Without a mesh nothing but its own files and variables leads a version to the same version behind it. */
function unwired(name: string, { versions, calls }: WorkloadConfig): Problem[] {
  return eachVersion(versions, (version, config) => {
    const named = servicesIn(config);
    return calls
      .filter((called) => !named.includes(called))
      .map((called) => ({
        key: `workloads.${name}.versions.${version}`,
        value: version,
        allowed: `must have {{ service.${called} }} in its env or files, where the Service's name goes: without a mesh, that alone leads ${version} of ${name} to ${version} of ${called}`,
      }));
  });
}

function emptyCompanions(
  { stable, canary, colors = {}, activeColor, workload }: Values,
  workloads: Readonly<Record<string, WorkloadConfig>>,
): Problem[] {
  const active = activeColor && colors[activeColor];
  return Object.entries(workloads)
    .filter(([name]) => name !== workload)
    .flatMap(([name, { versions }]) =>
      eachVersion(versions, (version, { replicas }) =>
        replicas === 0 && [stable, canary, active].includes(version)
          ? [
              {
                key: `workloads.${name}.versions.${version}.replicas`,
                value: 0,
                allowed: `must be at least 1: ${version} of ${workload} calls it`,
              },
            ]
          : [],
      ),
    );
}

/** Each version has a Service of its own, and under Istio each workload one of its name. */
function sharedNames(workloads: Readonly<Record<string, WorkloadConfig>>): Problem[] {
  const services = Object.entries(workloads).flatMap(([name, { versions }]) => [
    name,
    ...Object.keys(versions).map((version) => `${name}-${version}`),
  ]);
  return services
    .filter((service, index) => services.indexOf(service) < index)
    .map((service) => ({
      key: "workloads",
      value: service,
      allowed: "must be names that make no Service's name twice (each workload, and WORKLOAD-VERSION)",
    }));
}

/** A page brings many files and calls, each a request of its own: they must not come from two versions. */
function withoutStickiness(values: Values): Problem[] {
  const { canaryWeight = 0, weightTotal = 100, affinity } = values;
  if (canaryWeight === 0 || canaryWeight >= weightTotal || affinity) return [];
  const instead =
    routerOf(values) === "gateway"
      ? "choose the users by sluice:headerMatch or sluice:cookieMatch, as Gateway API keeps nobody with a version"
      : "set sluice:affinity to cookie, or choose the users by sluice:headerMatch or sluice:cookieMatch";
  return [
    {
      key: "canaryWeight",
      value: canaryWeight,
      allowed: `must be 0 or ${weightTotal} for several workloads without stickiness: a page's scripts would come from one version and its styles and calls from the other; ${instead}`,
    },
  ];
}

function eachVersion(
  versions: Readonly<Record<string, VersionConfig>>,
  problemsOf: (version: string, config: VersionConfig) => Problem[],
): Problem[] {
  return Object.entries(versions).flatMap(([version, config]) => problemsOf(version, config));
}
