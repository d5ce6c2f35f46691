import { placePlan, type PlacedPlan } from "./data-plane";
import { differences, type Difference } from "./data-plane-differences";
import { underGateway } from "./routers-suite";

/** What becomes of a known difference under router gateway: an answer for each request that shows it, or the key refused. */
export type UnderGateway = { readonly answers: readonly string[] } | { readonly refused: string };

/**
 * What Traefik, reading Gateway API, answers where it answers otherwise than ingress-nginx while it reads annotations, by
 * the difference's name.
 */
export const underGatewayOf: Readonly<Record<Difference["name"], UnderGateway>> = {
  "cookie-case": { answers: ["v2"] },
  "cookie-twice": { answers: ["v1"] },
  "cookie-commas": { answers: ["v2", "v2"] },
  "cookie-nameless": { answers: ["v1"] },
  "header-twice": { answers: ["v2"] },
  "header-tabs": { answers: ["v2"] },
  "header-host": { refused: "headerMatch.name" },
  "header-forwarded": { refused: "headerMatch.name" },
  "header-proto": { refused: "headerMatch.name" },
  "header-hop": { answers: ["v1"] },
  "pattern-ahead": { refused: "headerMatch.pattern" },
  "path-folder": { answers: ["v1"] },
  "path-exact-folder": { refused: "path" },
  "path-dots": { answers: ["v1", "v1"] },
  "path-encoded": { answers: ["404", "404"] },
  "shared-host": { answers: ["v1"] },
  "shared-exact": { answers: ["v1"] },
  "wildcard-paths": { refused: "host" },
  "wildcard-rule": { refused: "host" },
  tls: { answers: ["308 https://tls.test/shop/"] },
  "stable-empty": { answers: ["v2"] },
  "stable-gone": { answers: ["v2"] },
};

/** Those that somebody made by hand in an annotation have no counterpart. */
export const ofAnnotationsAlone: readonly string[] = ["pattern-broken"];

/** Every request that shows a difference, with what comes of it under router gateway. */
export const shown = differences.flatMap((difference) => {
  const outcome = underGatewayOf[difference.name];
  if (!outcome || "refused" in outcome) return [];
  return difference.shown.map((one, index) => ({ difference, one, answer: outcome.answers[index] ?? "" }));
});

/** The stacks that show the differences, under router gateway. */
export async function placeDifferences(): Promise<PlacedPlan[]> {
  const placed: PlacedPlan[] = [];
  for (const { name, config, beside, change } of new Set(shown.map(({ difference }) => difference))) {
    const own = await placePlan(name, underGateway({ "sluice:host": `${name}.test`, ...config }));
    placed.push(change ? { ...own, objects: own.objects.map(change) } : own);
    if (beside) placed.push(await placePlan(`${name}-too`, underGateway(beside)));
  }
  return placed;
}
