import { readdirSync } from "node:fs";
import { join } from "node:path";
import { withSource } from "../../sources/read";
import type { RawConfig } from "../unit/support/stacks";

/** Where the applications are. */
export const fixturesFolder = join(__dirname, "fixtures");

/** Every application: a file, a folder or a kustomization each. */
export const fixtures = readdirSync(fixturesFolder).sort();

const several: Readonly<Record<string, object>> = {
  "shop.yaml": { workload: "Deployment/shop", container: "shop" },
  "sidecar.yaml": { container: "journal" },
  "fan-out.yaml": { workload: "Deployment/api" },
};

/** The applications that have routes of their own. */
const routed = ["shop.yaml", "fan-out.yaml", "sticky.yaml", "tls.yaml", "http-route.yaml"];

const byRatio = {
  "sluice:strategy": "replicaRatio",
  "sluice:host": undefined,
  "sluice:canaryWeight": undefined,
  "sluice:ingressController": undefined,
};

/** What the stacks of some applications say besides. */
const settings: Readonly<Record<string, RawConfig>> = {
  "http-route.yaml": { "sluice:router": "gateway", "sluice:ingressController": undefined },
  "worker.yaml": { ...byRatio, "sluice:versions": { v1: {}, v2: { image: "registry.example/new:2", replicas: 1 } } },
  "stateful.yaml": { ...byRatio, "sluice:versions": { v1: {}, v2: { image: "registry.example/new:2", replicas: 1 } } },
  "node-port.yaml": { ...byRatio, "sluice:versions": { v1: {}, v2: { image: "registry.example/new:2", replicas: 2 } } },
};

/** The image of the version on trial. */
export const newImage = "registry.example/new:2";

/** A stack that has two versions of an application, its objects not read yet. */
export function fixtureStack(fixture: string, changes: RawConfig = {}): RawConfig {
  return {
    "sluice:from": { manifests: fixture, ...several[fixture] },
    "sluice:ingressController": { kind: "existing", className: "nginx" },
    ...(!routed.includes(fixture) && { "sluice:host": "www.example.com" }),
    "sluice:stable": "v1",
    "sluice:canary": "v2",
    "sluice:canaryWeight": 10,
    "sluice:versions": { v1: {}, v2: { image: newImage } },
    ...settings[fixture],
    ...changes,
  };
}

/** The same with its objects. */
export function readFixture(fixture: string, changes: RawConfig = {}): RawConfig {
  return { ...withSource(fixtureStack(fixture, changes), fixturesFolder) };
}
