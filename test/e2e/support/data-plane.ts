import { execa } from "execa";
import { parseStackConfig } from "../../../config";
import { compileObjects } from "../../../render/compile";
import type { Manifest } from "../../../render/manifest";
import { evaluateProgram } from "../../../render/evaluate";
import type { TrafficPlan } from "../../../traffic/plan";
import type { RawConfig } from "../../unit/support/stacks";
import { testLab } from "./lab";
import { testStack } from "./stack";

/** A plan with the objects that Sluice makes of it, led to pods that are there already. */
export interface PlacedPlan {
  readonly name: string;
  readonly plan: TrafficPlan;
  readonly objects: readonly Manifest[];
}

/** Whose pods serve all plans: the workload of the suite's stack, and its namespace. */
export const base = {
  workload: "nginx",
  namespace: testStack,
  versions: { v1: { image: "any" }, v2: { image: "any" } },
};

/** Of a stack's objects those that lead users to versions. */
const placedKinds = ["Service", "Ingress", "Gateway", "HTTPRoute"];

/** By what the plans' objects are found again, to remove them. */
const label = { "sluice.test/plan": "true" };

/**
 * Renders a plan's routes and Services by the program, as a stack of its own would have them, and leads the Services
 * to the pods of {@link base}.
 *
 * @param traffic the stack's keys about traffic; strategy canary from v1 to v2 where they say nothing else.
 */
export async function placePlan(name: string, traffic: RawConfig): Promise<PlacedPlan> {
  const all = { ...common(traffic), ...traffic, "sluice:workload": name, "sluice:namespace": base.namespace };
  const config = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const { plan } = parseStackConfig(config);
  const { resources } = await evaluateProgram({ stack: "model", config });
  const rendered = (await compileObjects(resources, () => Promise.resolve([]))).flat();
  const objects = rendered
    .filter(({ kind }) => placedKinds.includes(kind))
    .map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: label } }))
    .map((manifest) => (manifest.kind === "Service" ? leadTo(manifest, { app: base.workload }) : manifest));
  return { name, plan, objects };
}

function common(traffic: RawConfig): RawConfig {
  const versions = { "sluice:versions": base.versions };
  if (traffic["sluice:router"] === "service" || traffic["sluice:strategy"] === "replicaRatio") return versions;
  const canary = { "sluice:stable": "v1", "sluice:canary": "v2" };
  const controller = {
    "sluice:ingressController": {
      kind: "existing",
      className: traffic["sluice:router"] === "gateway" ? "traefik" : "nginx",
    },
  };
  return { ...versions, ...controller, ...(traffic["sluice:strategy"] === undefined && canary) };
}

/** A Service with another selector. */
export function leadTo(service: Manifest, selector: Readonly<Record<string, string>>): Manifest {
  const spec = service["spec"] as { readonly selector: Record<string, string> };
  return { ...service, spec: { ...spec, selector: { ...spec.selector, ...selector } } };
}

/**
 * Applies all plans at once: Services, then canaries, then what takes all other requests, so that a controller that
 * answers for a plan has seen all of it.
 */
export async function applyPlans(plans: readonly PlacedPlan[]): Promise<void> {
  const objects = plans.flatMap((placed) => placed.objects);
  const rank = ({ kind, metadata }: Manifest) => (kind === "Service" ? 0 : metadata.name.endsWith("-canary") ? 1 : 2);
  const items = [...objects].sort((left, right) => rank(left) - rank(right));
  appliedKinds = new Set([...appliedKinds, ...items.map(({ kind }) => kind)]);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await kubectlWith(list, "apply", "--server-side", "--field-manager=sluice-test", "-f", "-");
}

/** The kinds that were applied: not every cluster knows Gateway API's. */
let appliedKinds: ReadonlySet<string> = new Set(["Ingress", "Service"]);

/** Removes every plan that was ever applied. */
export async function removePlans(): Promise<void> {
  const selector = Object.entries(label).map((pair) => pair.join("="));
  const args = ["--namespace", base.namespace, "--selector", selector.join(), "--wait=false"];
  await kubectlWith("", "delete", [...appliedKinds].join().toLowerCase(), ...args);
}

async function kubectlWith(input: string, ...args: readonly string[]): Promise<void> {
  const folder = `/var/lib/${testLab.name}`;
  await execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, ...args], { input });
}
