import { parseStackConfig } from "../../config";
import { findClashes } from "../../preflight/clashes";
import type { LiveObjects } from "../../preflight/live-objects";
import type { Manifest } from "../../render/manifest";
import { routeObjects, routers } from "../../routers";
import type { Figure } from "../report";
import { tell } from "../sluice";

const objectsOfStack = 700;
const rounds = 5;

/** How long it takes to look for clashes of a stack of 700 Ingresses with those of 10, and of 100, stacks of as many. */
export async function figuresOfClashes(): Promise<Figure[]> {
  tell("clashes with the objects of many stacks");
  const [few, many] = [await timesBeside(10), await timesBeside(100)];
  const figure = (stacks: number, values: readonly number[]): Figure => ({
    name: `clashes with ${stacks} stacks of ${objectsOfStack} Ingresses`,
    unit: "s",
    values,
  });
  const ratio = many.map((seconds, index) => seconds / (few[index] ?? NaN));
  return [
    figure(10, few),
    figure(100, many),
    { name: "ratio", unit: "×", values: ratio, note: "10 would be linear, 100 quadratic" },
  ];
}

async function timesBeside(stacks: number): Promise<number[]> {
  const { clashes } = routers.ingress;
  if (!clashes) throw new Error("Ingresses can clash");
  const own = ingressesOf("own");
  const others = Array.from({ length: stacks }, (_, index) => ingressesOf(`other-${index}`)).flat();
  const live = { has: () => Promise.resolve(true), list: () => Promise.resolve(others) } as unknown as LiveObjects;
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now();
    const { problems = [] } = await findClashes(clashes, { manifests: own, live, isOwn: () => false });
    if (problems.length > 0) throw new Error("hosts of their own don't clash");
    times.push((performance.now() - began) / 1000);
  }
  return times;
}

/** A stack's Ingresses, each on a host of its own. */
function ingressesOf(stack: string): Manifest[] {
  const config = parseStackConfig({
    "sluice:host": "x.test",
    "sluice:stable": "v1",
    "sluice:workload": "shop",
    "sluice:namespace": stack,
    "sluice:versions": { v1: { image: "shop:1" } },
    "sluice:ingressController": { kind: "existing", className: "nginx", service: "a/b" },
  });
  const [ingress] = routeObjects({ config, plan: config.plan, title: "shop" }).filter(({ kind }) => kind === "Ingress");
  if (!ingress) throw new Error("the stack has an Ingress");
  const text = JSON.stringify(ingress);
  return Array.from({ length: objectsOfStack }, (_, index) => {
    const one = JSON.parse(text.replaceAll("x.test", `h${index}.${stack}.test`)) as Manifest;
    return { ...one, metadata: { ...one.metadata, name: `${one.metadata.name}-${index}` } };
  });
}
