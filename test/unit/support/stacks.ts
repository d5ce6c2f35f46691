import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { ConfigError, type Problem } from "../../../config/problems";
import type { ClusterProfile } from "../../../config/profile";

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

/** Every value as the text that Pulumi hands to a program. */
export function asTexts(config: RawConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
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

/** The only problem of a config; fails where it has none or several. */
export function onlyProblemOf(config: RawConfig): Problem {
  const problems = problemsOf(config);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0] ?? assert.fail();
}
