import type { Manifest } from "../../../render/manifest";
import { smallStack, type RawConfig } from "../../unit/support/stacks";

/** A stack that one policy is there to stop. */
export interface BadStack {
  /** The stacks' config; where there are several, they are rendered side by side, as two teams would. */
  readonly stacks: readonly RawConfig[];
  /** The stack as it was at its last update. */
  readonly last?: RawConfig;
  /** The policy's settings, where it is lenient by default. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What somebody does to the rendered objects, for what the config itself refuses before any policy is asked. */
  readonly meddle?: (manifest: Manifest) => Manifest | readonly Manifest[];
}

const weighted = (canaryWeight: number) => smallStack({ "sluice:canaryWeight": canaryWeight });
const withVersion = (more: object) =>
  smallStack({ "sluice:versions": { v1: { image: "nginx:1", ...more }, v2: { image: "nginx:2" } } });

/** A canary's Ingress leads to `nginx-canary`, the mainline to the stable version's own Service. */
const isMainline = ({ kind, metadata }: Manifest) => kind === "Ingress" && metadata.name === "nginx";
const isStable = ({ kind, metadata }: Manifest) => kind === "Deployment" && metadata.name === "nginx-v1";

const withSpec = (manifest: Manifest, spec: object): Manifest => ({
  ...manifest,
  spec: { ...(manifest["spec"] as object), ...spec },
});
const withoutPods = (manifest: Manifest) => (isStable(manifest) ? withSpec(manifest, { replicas: 0 }) : manifest);

const blueGreen = {
  ...smallStack(),
  "sluice:strategy": "blueGreen",
  "sluice:router": "service",
  "sluice:colors": { blue: "v1", green: "v2" },
  "sluice:activeColor": "blue",
};
const ingressKeys = ["stable", "canary", "canaryWeight", "ingressController"].map((key) => `sluice:${key}`);
const behindService = Object.fromEntries(Object.entries(blueGreen).filter(([key]) => !ingressKeys.includes(key)));

/** For each policy of the pack a stack that it stops. */
export const badStacks: Readonly<Record<string, BadStack>> = {
  "canary-weight-in-range": { stacks: [weighted(60)], settings: { maximumPercent: 50 } },
  "canary-weight-step": { stacks: [weighted(60)], last: weighted(0) },
  "no-production-jump": { stacks: [weighted(100)], last: weighted(0) },
  "one-canary-per-rule": {
    stacks: [smallStack(), smallStack({ "sluice:workload": "other", "sluice:namespace": "other" })],
  },
  "canary-matches-stable-host": {
    stacks: [smallStack()],
    meddle: (manifest) => (isMainline(manifest) ? [] : manifest),
  },
  "dedicated-services": {
    stacks: [smallStack()],
    meddle: (manifest) =>
      isMainline(manifest) ? [manifest, { ...manifest, metadata: { ...manifest.metadata, name: "other" } }] : manifest,
  },
  "active-color-is-ready": { stacks: [behindService], meddle: withoutPods },
  "stable-keeps-replicas": { stacks: [smallStack()], meddle: withoutPods },
  "image-is-pinned": { stacks: [withVersion({ image: "nginx:latest" })] },
  "probes-required": {
    stacks: [smallStack()],
    meddle: (manifest) => (isStable(manifest) ? withContainer(manifest, { readinessProbe: undefined }) : manifest),
  },
  "resources-required": { stacks: [withVersion({ resources: { requests: { cpu: "10m" } } })] },
  "runs-as-non-root": {
    stacks: [smallStack()],
    meddle: (manifest) =>
      isStable(manifest) ? withContainer(manifest, { securityContext: { runAsUser: 0 } }) : manifest,
  },
  "disruption-budget-required": { stacks: [withVersion({ replicas: 2 })] },
  "min-replicas": { stacks: [withVersion({ replicas: 1 })] },
  "no-privileged": {
    stacks: [smallStack()],
    meddle: (manifest) =>
      isStable(manifest)
        ? withContainer(manifest, { securityContext: { capabilities: { add: ["NET_ADMIN"] } } })
        : manifest,
  },
  "snippets-are-reviewed": {
    stacks: [
      smallStack({
        "sluice:ingressAnnotations": { "nginx.ingress.kubernetes.io/configuration-snippet": "expires 1h;" },
      }),
    ],
  },
  "tls-required": { stacks: [smallStack()] },
  "retired-controller": {
    stacks: [withVersion({ image: "registry.k8s.io/ingress-nginx/controller:v1.15.1" })],
  },
};

function withContainer(manifest: Manifest, more: object): Manifest {
  const { template } = manifest["spec"] as { template: { spec: { containers: object[] } } };
  const containers = template.spec.containers.map((container) => ({ ...container, ...more }));
  return withSpec(manifest, { template: { ...template, spec: { ...template.spec, containers } } });
}
