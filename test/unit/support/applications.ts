import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { routeObjects } from "../../../routers";
import type { RouteObject } from "../../../routers/router";
import { readFixture } from "../../workloads/fixtures";
import type { RawConfig } from "./stacks";

/** The stack of an application of the fixtures, with the objects that lead users to its versions. */
export function applicationStack(fixture: string, changes: RawConfig = {}) {
  const config = parseStackConfig(readFixture(fixture, changes));
  const objects = routeObjects({ config, plan: config.plan, title: config.workload });
  return {
    config,
    objects,
    named: (kind: string, name: string) =>
      objects.find((one) => one.kind === kind && one.metadata.name === name) ?? assert.fail(`${kind}/${name}`),
    names: objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
  };
}

/** The version that a Service is narrowed to. */
export function versionOf({ spec }: RouteObject): string | undefined {
  return (spec["selector"] as Record<string, string>)["sluice.dev/version"];
}
