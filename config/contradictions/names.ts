import { ownNamespaces } from "../entrance";
import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";

/** Names that something else has: namespaces that the stack makes for itself, and Services. */
export function nameProblems(values: Values): Problem[] {
  const { workload, namespace, versions } = values;
  const most = 62 - workload.length;
  return wrongOnes(values, [
    // A Service's name has 63 characters at most and begins with a letter (RFC 1035 label).
    ...Object.keys(versions).map((version): Row => [
      `versions.${version}`,
      version.length > most,
      `must have at most ${most} characters: the Service ${workload}-${version} can't have more than 63`,
      version,
    ]),
    ["workload", !/^[a-z]/.test(workload), "must begin with a letter: Services are named after it"],
    ...Object.entries(takenNames(values)).map(([name, use]): Row => [
      `versions.${name}`,
      versions[name],
      `must have another name: the Service ${workload}-${name} is ${use}, and two can't share it`,
      name,
    ]),
    ...Object.entries(takenNamespaces(values)).map(([key, name]): Row => [
      "namespace",
      name === namespace,
      `must be another one: it is that of ${key}`,
    ]),
  ]);
}

/** What the stack brings for itself has a namespace of its own, which its workload can't share: each makes it. */
function takenNamespaces(values: Values): Readonly<Record<string, string | undefined>> {
  const { metallb, ingressController, migration, rollout } = values;
  const title = routerOf(values) === "gateway" ? "traefikGateway" : "traefik";
  const titles = { "ingress-nginx": "ingress-nginx", traefik: title, existing: undefined } as const;
  const controller = titles[ingressController?.kind ?? "existing"];
  const target = migration?.to === "gateway" ? ("traefikGateway" as const) : migration && ("traefik" as const);
  return {
    "sluice:metallb": metallb && ownNamespaces.metallb,
    "sluice:ingressController": controller && ownNamespaces[controller],
    "sluice:migration": target && ownNamespaces[target],
    "sluice:rollout.flagger": rollout?.flagger?.namespace,
  };
}

function takenNames({ strategy, route, service }: Values): Readonly<Record<string, string>> {
  if (strategy === "canary") return { canary: "the trial's, whatever version is on trial" };
  const isPreviewed = (service.previewNodePort ?? route.previewHost) !== undefined;
  return strategy === "blueGreen" && isPreviewed ? { preview: "the idle color's" } : {};
}
