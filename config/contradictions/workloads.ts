import type { Problem } from "../problems";
import type { Values } from "../schema";
import { servicesIn, type WorkloadConfig } from "../workloads";
import { wrongOnes, type Row } from "../wrong";

type Workloads = Readonly<Record<string, WorkloadConfig>>;

/** What contradicts itself in a release of several workloads, and in the places for Services in any. */
export function workloadProblems(values: Values): Problem[] {
  const { workloads, versions, rollout } = values;
  if (!workloads) return wrongOnes(values, strangePlaces("", { versions, calls: [] }));
  return wrongOnes(values, [
    ...differentVersions(values, workloads),
    ...Object.entries(workloads).flatMap(([name, config]) => strangePlaces(`workloads.${name}.`, config)),
    ...emptyCompanions(values, workloads),
    ...sharedNames(workloads),
    ["rollout", rollout, "has no meaning beside sluice:workloads yet: sluice shift moves several workloads together"],
  ]);
}

function differentVersions({ workload, versions }: Values, workloads: Workloads): Row[] {
  const namesOf = (all: WorkloadConfig["versions"]) => Object.keys(all).sort().join(", ");
  const wanted = namesOf(versions);
  return Object.entries(workloads).map(([name, config]) => [
    `workloads.${name}.versions`,
    namesOf(config.versions) !== wanted,
    `must have the versions of ${workload}, which users reach: ${wanted}`,
    namesOf(config.versions),
  ]);
}

function strangePlaces(place: string, { versions, calls }: WorkloadConfig): Row[] {
  return Object.entries(versions).flatMap(([version, config]) =>
    servicesIn(config).map((name): Row => [
      `${place}versions.${version}`,
      !calls.includes(name),
      `must name a workload that this one calls${calls.length > 0 ? `: ${calls.join(", ")}` : ""}`,
      `{{ service.${name} }}`,
    ]),
  );
}

function emptyCompanions({ stable, canary, colors = {}, activeColor, workload }: Values, workloads: Workloads): Row[] {
  const served = [stable, canary, activeColor && colors[activeColor]];
  const { [workload]: _, ...companions } = workloads;
  return Object.entries(companions).flatMap(([name, { versions }]) =>
    Object.entries(versions).map(([version, { replicas }]): Row => [
      `workloads.${name}.versions.${version}.replicas`,
      replicas === 0 && served.includes(version),
      `must be at least 1: ${version} of ${workload} calls it`,
    ]),
  );
}

/** Each version has a Service of its own, and under Istio each workload one of its name. */
function sharedNames(workloads: Workloads): Row[] {
  const services = Object.entries(workloads).flatMap(([name, { versions }]) => [
    name,
    ...Object.keys(versions).map((version) => `${name}-${version}`),
  ]);
  return services.map((service, index) => [
    "workloads",
    services.indexOf(service) < index,
    "must be names that make no Service's name twice (each workload, and WORKLOAD-VERSION)",
    service,
  ]);
}
