import { ownNamespaces } from "../entrance";
import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { Values } from "../schema";

/** What a stack brings for itself has a namespace of its own, which its workload can't share: each makes it. */
export function takenNamespaces(values: Values): Problem[] {
  const { namespace, metallb, ingressController, migration, rollout } = values;
  const title = routerOf(values) === "gateway" ? "traefikGateway" : "traefik";
  const titles = { "ingress-nginx": "ingress-nginx", traefik: title, existing: undefined } as const;
  const controller = titles[ingressController?.kind ?? "existing"];
  const target = migration?.to === "gateway" ? ("traefikGateway" as const) : migration && ("traefik" as const);
  const taken = {
    "sluice:metallb": metallb && ownNamespaces.metallb,
    "sluice:ingressController": controller && ownNamespaces[controller],
    "sluice:migration": target && ownNamespaces[target],
    "sluice:rollout.flagger": rollout?.flagger?.namespace,
  };
  return Object.entries(taken)
    .filter(([, name]) => name === namespace)
    .map(([key]) => ({ key: "namespace", value: namespace, allowed: `must be another one: it is that of ${key}` }));
}

/** A Service's name has 63 characters at most and begins with a letter (RFC 1035 label); no two may share one. */
export function unusableNames(values: Values): Problem[] {
  const { workload, versions } = values;
  const most = 62 - workload.length;
  const tooLong = Object.keys(versions).filter((version) => version.length > most);
  const taken = takenName(values);
  return [
    ...tooLong.map((version) => ({
      key: `versions.${version}`,
      value: version,
      allowed: `must have at most ${most} characters: the Service ${workload}-${version} can't have more than 63`,
    })),
    ...(/^[a-z]/.test(workload)
      ? []
      : [{ key: "workload", value: workload, allowed: "must begin with a letter: Services are named after it" }]),
    ...(taken !== undefined && versions[taken]
      ? [
          {
            key: `versions.${taken}`,
            value: taken,
            allowed: `must have another name: the Service ${workload}-${taken} is ${usedFor[taken]}, and two can't share it`,
          },
        ]
      : []),
  ];
}

const usedFor = { canary: "the trial's, whatever version is on trial", preview: "the idle color's" } as const;

function takenName({ strategy, route, service }: Values): keyof typeof usedFor | undefined {
  if (strategy === "canary") return "canary";
  return strategy === "blueGreen" && (service.previewNodePort ?? route.previewHost) !== undefined
    ? "preview"
    : undefined;
}
