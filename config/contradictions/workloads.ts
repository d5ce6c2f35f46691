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
    ...Object.entries(workloads).flatMap(([name, config]) => strangePlaces(`workloads.${name}.`, config)),
    ...emptyCompanions(values, workloads),
    ...sharedNames(workloads),
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

function eachVersion(
  versions: Readonly<Record<string, VersionConfig>>,
  problemsOf: (version: string, config: VersionConfig) => Problem[],
): Problem[] {
  return Object.entries(versions).flatMap(([version, config]) => problemsOf(version, config));
}
