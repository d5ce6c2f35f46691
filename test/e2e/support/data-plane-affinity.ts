import { ask, type Answer, type Asked } from "./ask";
import { placePlan, type PlacedPlan } from "./data-plane";

/** A user's later requests, each by the version that served it. */
const later = 4;

/** Stacks with affinity, half of the users on either version. */
export async function affinityPlans(): Promise<{ readonly sticky: PlacedPlan; readonly legacy: PlacedPlan }> {
  const config = {
    "sluice:canaryWeight": 50,
    "sluice:headerMatch": { name: "Region" },
    "sluice:affinity": { mode: "cookie" },
  };
  const stack = (name: string) => ({ "sluice:host": `${name}.test`, ...config });
  return {
    sticky: await placePlan("affinity-sticky", stack("affinity-sticky")),
    legacy: await placePlan("affinity-legacy", {
      ...stack("affinity-legacy"),
      "sluice:affinity": { mode: "cookie", behavior: "legacy" },
    }),
  };
}

/** What becomes of users who keep the cookies that they are given. */
export interface AffinityLife {
  /** The names of the cookies that a user is given. */
  readonly given: readonly string[];
  /** Who serves a user of stable afterwards, and one of the canary. */
  readonly stable: readonly string[];
  readonly canary: readonly string[];
  /** Who serves a user of stable who sends the header `always`. */
  readonly stableByHeader: string;
  /** Who serves a user afterwards whom the header `always` brought to the canary. */
  readonly broughtByHeader: readonly string[];
  /** Who serves two users whose cookie is ingress-nginx's own, and names stable. */
  readonly foreign: readonly string[];
}

/** Lives through it on a stack of {@link affinityPlans}. */
export async function liveWithAffinity(address: string, { name, plan }: PlacedPlan): Promise<AffinityLife> {
  const host = `${name}.test`;
  const send = (headers: Record<string, string>, times = 1) =>
    ask(address, new Array<Asked>(times).fill({ host, headers }));
  // Traefik takes turns; ingress-nginx draws lots, so that ten users may all be of one version, once in 500 tries.
  const users: Answer[] = [];
  while (new Set(users.map(versionOf)).size < 2 && users.length < 100) users.push(...(await send({}, 10)));
  const [ofStable, ofCanary] = ["v1", "v2"].map((version) => users.find((user) => versionOf(user) === version));
  const brought = await send({ Region: "always" });
  const key = plan.strategy === "canary" ? plan.affinity?.keys["v1"] : undefined;
  return {
    given: namesOf(users[0]),
    stable: (await send(cookiesOf(ofStable), later)).map(versionOf),
    canary: (await send(cookiesOf(ofCanary), later)).map(versionOf),
    stableByHeader: (await send({ ...cookiesOf(ofStable), Region: "always" })).map(versionOf).join(),
    broughtByHeader: (await send(cookiesOf(brought[0]), later)).map(versionOf).sort(),
    foreign: (await send({ Cookie: `INGRESSCOOKIE=1700000000.1.2.3|${key}` }, 2)).map(versionOf).sort(),
  };
}

function versionOf({ body }: Answer): string {
  return body.trim().replace("nginx-", "");
}

function pairsOf(user: Answer | undefined): string[] {
  return (user?.cookies ?? []).map((cookie) => cookie.replace(/;.*/, ""));
}

function namesOf(user: Answer | undefined): string[] {
  return pairsOf(user)
    .map((pair) => pair.replace(/=.*/, ""))
    .sort();
}

function cookiesOf(user: Answer | undefined): { readonly Cookie: string } {
  return { Cookie: pairsOf(user).join("; ") };
}
