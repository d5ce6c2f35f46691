import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { ConfigError, type Problem } from "../../../config/problems";
import type { ClusterProfile } from "../../../cluster/profile";
import type { CanaryPlan } from "../../../traffic/plan";

/** Config values by full key. */
export type RawConfig = Record<string, unknown>;

/** The smallest stack with a canary, as a stack file has it, for a cluster whose controller is there already. */
export function smallStack(changes: RawConfig = {}): RawConfig {
  const config: RawConfig = {
    "sluice:host": "www.test.com",
    "sluice:stable": "v1",
    "sluice:canary": "v2",
    "sluice:canaryWeight": 10,
    "sluice:workload": "nginx",
    "sluice:namespace": "demo",
    "sluice:versions": { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } },
    "sluice:ingressController": { kind: "existing" },
    ...changes,
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** What makes a canary's stack a blue-green one, blue active. */
export const blueActive: RawConfig = {
  "sluice:strategy": "blueGreen",
  "sluice:stable": undefined,
  "sluice:canary": undefined,
  "sluice:canaryWeight": undefined,
  "sluice:colors": { blue: "v1", green: "v2" },
  "sluice:activeColor": "blue",
};

/** The smallest blue-green stack, blue active, behind an Ingress of a controller that is there already. */
export function blueGreenStack(changes: RawConfig = {}): RawConfig {
  return smallStack({ ...blueActive, ...changes });
}

/** The smallest stack with a canary under Gateway API, for a class that is there already. */
export function gatewayStack(changes: RawConfig = {}): RawConfig {
  const controller = { kind: "existing", className: "any" };
  return smallStack({ "sluice:router": "gateway", "sluice:ingressController": controller, ...changes });
}

/** The smallest stack with a canary under Istio. */
export function istioStack(changes: RawConfig = {}): RawConfig {
  return smallStack({ "sluice:router": "istio", ...changes });
}

/** Two workloads under Istio, of which users reach `web`, which calls `api`. */
export function workloadsStack(changes: RawConfig = {}): RawConfig {
  const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } };
  return istioStack({
    "sluice:workload": undefined,
    "sluice:versions": undefined,
    "sluice:canaryWeight": undefined,
    "sluice:headerMatch": { name: "Region", value: "shenzhen" },
    "sluice:workloads": { web: { versions, calls: ["api"] }, api: { versions } },
    ...changes,
  });
}

/** The smallest blue-green stack behind a Service alone. */
export function blueGreenService(changes: RawConfig = {}): RawConfig {
  return blueGreenStack({
    "sluice:router": "service",
    "sluice:host": undefined,
    "sluice:ingressController": undefined,
    ...changes,
    "sluice:service": { nodePort: 30080, ...(changes["sluice:service"] as RawConfig | undefined) },
  });
}

/** The smallest stack that splits by replicas, three to one. */
export function replicaRatioStack(changes: RawConfig = {}): RawConfig {
  return smallStack({
    "sluice:strategy": "replicaRatio",
    "sluice:host": undefined,
    "sluice:canaryWeight": undefined,
    "sluice:ingressController": undefined,
    "sluice:versions": { v1: { image: "nginx:1", replicas: 3 }, v2: { image: "nginx:2", replicas: 1 } },
    ...changes,
  });
}

/** The smallest stack whose rollouts Flagger drives; `rollout` is laid over its settings. */
export function flaggerStack(rollout: RawConfig = {}, changes: RawConfig = {}): RawConfig {
  const base = { driver: "flagger", interval: "10s", stepWeight: 20, metrics: [] };
  const merged = Object.entries({ ...base, ...rollout }).filter(([, value]) => value !== undefined);
  return smallStack({
    "sluice:canary": undefined,
    "sluice:canaryWeight": undefined,
    "sluice:rollout": Object.fromEntries(merged),
    ...changes,
  });
}

/** Every value as the text that Pulumi hands to a program. */
export function asTexts(config: RawConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** The plan of a stack whose strategy is canary; fails for any other. */
export function canaryPlanOf(config: RawConfig): CanaryPlan {
  const { plan } = parseStackConfig(config);
  return plan.strategy === "canary" ? plan : assert.fail(`the strategy is ${plan.strategy}`);
}

/** The problems that a config has; fails where it has none. */
export function problemsOf(config: RawConfig, profile?: ClusterProfile): readonly Problem[] {
  try {
    parseStackConfig(config, profile);
  } catch (error) {
    assert.ok(error instanceof ConfigError, `not a ConfigError: ${String(error)}`);
    for (const { key } of error.problems) assert.ok(error.message.includes(`sluice:${key} is `));
    return error.problems;
  }
  return assert.fail("the config was accepted");
}

/** What is said against a config, by key; nothing if it is accepted. */
export function saidByKey(config: RawConfig): Record<string, string> {
  try {
    parseStackConfig(config);
    return {};
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return Object.fromEntries(error.problems.map(({ key, allowed }) => [key, allowed]));
  }
}

/** What is wrong, the keys that make it so, the key that is named, its value as it is shown, and what is allowed. */
export type BadValue = readonly [title: string, changes: RawConfig, key: string, value: unknown, allowed: RegExp];

/** A test for each bad value: it is the only problem, from YAML's values as from Pulumi's texts. */
export function refuseEach(stack: (changes: RawConfig) => RawConfig, cases: readonly BadValue[]): void {
  for (const [title, changes, key, value, allowed] of cases)
    it(title, () => {
      const problem = onlyProblemOf(stack(changes));
      assert.deepEqual({ key: problem.key, value: problem.value }, { key, value });
      assert.match(problem.allowed, allowed);
      assert.deepEqual(
        problemsOf(asTexts(stack(changes))).map((other) => other.key),
        [key],
      );
    });
}

/** The only problem of a config; fails where it has none or several. */
export function onlyProblemOf(config: RawConfig): Problem {
  const problems = problemsOf(config);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0] ?? assert.fail();
}
