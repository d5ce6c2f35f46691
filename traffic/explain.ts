import {
  activeVersion,
  idleColor,
  isUnreachable,
  keepsCanaryUsers,
  leastFlaggerInterval,
  triedColor,
  type BlueGreenPlan,
  type CanaryPlan,
  type FlaggerMove,
  type HeaderRule,
  type ReplicaRatioPlan,
  type Route,
  type Track,
  type TrafficPlan,
} from "./plan";
import { plainShares } from "./shares";

/**
 * Says in plain English who is served by which version, in the order in which the rules are asked.
 *
 * @returns the headline (addresses and split), then a line for each rule, for what a user should know, and for each warning.
 */
export function explainPlan(plan: TrafficPlan): string[] {
  return [...linesOf(plan), ...warningsOf(plan)];
}

/** What is allowed but probably a mistake, a line each. */
export function warningsOf(plan: TrafficPlan): string[] {
  if (plan.strategy === "canary" && plan.mover) return warningsOfMove(plan.mover);
  if (!isUnreachable(plan) || plan.strategy === "blueGreen") return [];
  const canary = plan.canary?.version ?? "";
  return plan.strategy === "canary"
    ? [`warning: nobody can reach ${canary}: its weight is 0 and there is no rule`]
    : [`warning: nobody can reach ${canary}: it has 0 replicas`];
}

/** The same on one line: `90% v1, 10% v2; Region ~ shenzhen → v2; cookie user_from_shenzhen=always → v2`. */
export function summarizePlan(plan: TrafficPlan): string {
  if (plan.strategy === "blueGreen") return `100% ${activeVersion(plan)} (${plan.activeColor})`;
  const split = explainShares(plainShares(plan));
  if (plan.strategy === "replicaRatio") return plan.canary ? `about ${split}` : split;
  const { canary, mover } = plan;
  if (mover) return `${split}, by Flagger`;
  return [
    split,
    ...(canary?.header ? [`${headerCondition(canary.header)} → ${canary.version}`] : []),
    ...(canary?.cookie === undefined ? [] : [`cookie ${canary.cookie}=always → ${canary.version}`]),
    ...(canary?.clients ? [`clients from ${canary.clients.join(", ")} → ${canary.version}`] : []),
  ].join("; ");
}

/** `90% v1, 10% v2`, the larger share first. */
export function explainShares(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .sort(([, left], [, right]) => right - left)
    .map(([version, share]) => `${percent(share)} ${version}`)
    .join(", ");
}

/** A share of 1 as percent with at most two decimals. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function linesOf(plan: TrafficPlan): string[] {
  switch (plan.strategy) {
    case "canary":
      return explainCanary(plan);
    case "blueGreen":
      return explainBlueGreen(plan);
    case "replicaRatio":
      return explainReplicaRatio(plan);
  }
}

function explainCanary(plan: CanaryPlan): string[] {
  const { canary, routes, stable, mover } = plan;
  if (mover)
    return [`${addresses(routes)}: 100% ${stable}, once Flagger has let it through`, ...explainMove(mover, stable)];
  if (!canary)
    return [`${addresses(routes)}: 100% ${stable} (no canary)`, ...explainAffinity(plan), ...explainCompanions(plan)];
  return [
    `${addresses(routes)}: ${explainShares(plainShares(plan))}`,
    ...explainAffinity(plan),
    ...(canary.header ? explainHeader(canary.header, stable, canary.version) : []),
    ...(canary.cookie === undefined ? [] : [explainAlwaysNever(`cookie ${canary.cookie}`, stable, canary.version)]),
    ...(canary.clients ? [`clients from ${canary.clients.join(", ")} → ${canary.version}`] : []),
    ...(canary.mirrorPercent
      ? [`${canary.version} also gets a copy of ${canary.mirrorPercent}% of the requests, whose answers are discarded`]
      : []),
    ...explainInside(plan),
    ...explainCompanions(plan),
  ];
}

function explainInside({ inside, stable, canary }: CanaryPlan): string[] {
  if (!inside) return [];
  const { service, isMesh, unmoved = [] } = inside;
  const clients = canary?.clients ? ", except for rules by client address" : "";
  return [
    isMesh
      ? `callers of Service ${service} in the mesh: the same${clients}; callers without a sidecar: 100% ${stable}`
      : `callers of Service ${service} inside the cluster: 100% ${stable}`,
    ...(unmoved.length > 0
      ? [`users of ${unmoved.join(", ")}: 100% ${stable}, because the stack has another router`]
      : []),
  ];
}

/** The workloads that move along. */
function explainCompanions({ companions = [] }: CanaryPlan | BlueGreenPlan): string[] {
  return companions.length === 0
    ? []
    : [`${companions.join(" and ")} ${companions.length === 1 ? "moves" : "move"} along: each version calls its own`];
}

function explainMove({ interval, threshold, weights, match }: FlaggerMove, version: string): string[] {
  const every = `every ${Math.max(interval, leastFlaggerInterval)}s`;
  const failures =
    threshold === 1 ? "one failed round of checks restores" : `${threshold} failed rounds of checks restore`;
  const rules = [
    ...(match?.header ? [`header ${headerCondition(match.header)}`] : []),
    ...(match?.cookie === undefined ? [] : [`cookie ${match.cookie}=always`]),
  ];
  return [
    match
      ? `Flagger moves the traffic: at a change ${version} first gets ${rules.join(" or ")}, for ${match.iterations} rounds of checks, one ${every}`
      : `Flagger moves the traffic: at a change ${version} gets ${weights.map((weight) => `${weight}%`).join(", ")}, a step ${every}`,
    `${failures} the previous version`,
  ];
}

function warningsOfMove({ interval }: FlaggerMove): string[] {
  if (interval >= leastFlaggerInterval) return [];
  return [`warning: sluice:rollout.interval is ${interval}s, and Flagger raises it to ${leastFlaggerInterval}s`];
}

function explainAffinity(plan: CanaryPlan): string[] {
  const { affinity, canary, stable } = plan;
  if (!affinity) return [];
  const stays = `cookie ${affinity.cookie}: users stay with the version that served them first, before any rule`;
  if (!canary || keepsCanaryUsers(plan)) return [stays];
  const { version } = canary;
  return isUnreachable(plan)
    ? [`${stays}; but users of ${version} get ${stable}, as ${version} gets no requests`]
    : [`${stays}; but users of ${version} are assigned again (legacy)`];
}

function explainBlueGreen(plan: BlueGreenPlan): string[] {
  const { activeColor, router, routes, nodePort, preview, previewNodePort, retireIdle } = plan;
  const idle = idleColor(plan);
  const place = router === "service" ? portOf(nodePort) : addresses(routes);
  const previews = [
    ...(preview ? [address(preview)] : []),
    ...(previewNodePort === undefined ? [] : [portOf(previewNodePort)]),
  ];
  const tried = triedColor(plan);
  return [
    `${place}: 100% ${activeVersion(plan)} (${activeColor})`,
    ...previews.map((where) =>
      tried
        ? `${where}: 100% ${tried.version} (${tried.color}), for trial before the switch`
        : `${where}: no version, as there is no idle color`,
    ),
    ...(idle ? [`idle: ${idle.version} (${idle.color}) ${idleState[retireIdle]}`] : []),
    ...(router === "service" ? ["an open connection stays with its color until it closes"] : []),
    ...explainCompanions(plan),
  ];
}

const idleState = {
  keep: "stays up, for a switch or a rollback",
  scaleDown: "is scaled down to 0",
  remove: "is removed",
} as const;

function explainReplicaRatio(plan: ReplicaRatioPlan): string[] {
  const { stable, canary, nodePort, isUncalled } = plan;
  const place = isUncalled ? "the pods, which no Service selects" : portOf(nodePort);
  if (!canary) return [`${place}: 100% ${stable.version} (no canary)`];
  const pods = stable.replicas + canary.replicas;
  const split = `${place}: about ${explainShares(plainShares(plan))}, as ${canary.replicas} of ${pods} pods are ${canary.version}'s`;
  const rolled = explainOrdinals(plan, canary);
  if (isUncalled)
    return [
      split,
      ...rolled,
      "the share is of pods: each pod takes its work itself, so the share of the work depends on the pods' speed",
      "Sluice can't send requests to a version: only the version's own metrics show how it does",
    ];
  return [
    split,
    ...rolled,
    "the share is of connections, not of requests or users, and moves with the number of ready pods",
    "no stickiness: the same user may get one version now and the other the next time",
    "no content routing: neither header, cookie nor path can choose a version",
  ];
}

function explainOrdinals({ stable, ordinals }: ReplicaRatioPlan, { version, replicas }: Track): string[] {
  if (!ordinals || replicas === 0) return [];
  const { name, isOrdered } = ordinals;
  const last = stable.replicas + replicas - 1;
  const pods = replicas === 1 ? `${name}-${last}` : `${name}-${stable.replicas} to ${name}-${last}`;
  return [
    `${pods} ${replicas === 1 ? "is" : "are"} ${version}'s, rolled one by one from the highest ordinal down`,
    ...(isOrdered
      ? [
          `a pod of ${version} that never becomes ready blocks the rollback, too: delete it after that (kubectl delete pod)`,
        ]
      : []),
  ];
}

function portOf(nodePort: number | undefined): string {
  return nodePort === undefined ? "the Service's address" : `port ${nodePort} of every node`;
}

function addresses(routes: readonly Route[]): string {
  return routes.map(address).join(", ");
}

function address({ host, path, pathType, tls }: Route): string {
  return `${tls ? "https" : "http"}://${host}${path}${pathType === "Exact" ? " (this path alone)" : ""}`;
}

function explainHeader(header: HeaderRule, stable: string, canary: string): string[] {
  if (header.value === undefined && header.pattern === undefined)
    return [explainAlwaysNever(`header ${header.name}`, stable, canary)];
  return [`header ${headerCondition(header)} → ${canary}`];
}

function headerCondition({ name, value, pattern }: HeaderRule): string {
  if (value !== undefined) return `${name} = ${value}`;
  return pattern === undefined ? `${name}=always` : `${name} ~ ${pattern}`;
}

function explainAlwaysNever(subject: string, stable: string, canary: string): string {
  return `${subject}: always → ${canary}, never → ${stable}`;
}
