import { readFileSync } from "node:fs";
import { execa } from "execa";
import { parse } from "yaml";
import { renderChart } from "../../../render/charts/render-chart";
import type { Manifest } from "../../../render/manifest";
import { istioVersion } from "../../../lab/modules";
import { kubectl, testLab, whyNoLab } from "./lab";

/** Why a suite with a live mesh does not run; nothing where it does. */
export function whyNoMesh(): string | undefined {
  if (process.env["SLUICE_TEST_MESH"] === "1") return whyNoLab();
  return "SLUICE_TEST_MESH=1 runs it: Istio's programs take ten minutes to build";
}

/** Where {@link deployIstio} puts the ingress gateway, and by which label a `Gateway` selects its pods: as stacks expect it. */
export const istioGateway = {
  namespace: "istio-system",
  name: "istio-ingressgateway",
  selector: { istio: "ingressgateway" },
};

const controlPlane = { namespace: "istio-system", name: "istiod" };

const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });

const istiodValues = {
  global: {
    hub: "registry.lab/istio",
    tag: istioVersion,
    proxy: requests("10m", "64Mi"),
  },
  autoscaleEnabled: false,
  ...requests("50m", "256Mi"),
  env: {
    // The lab's Envoy has none of the filters that only Istio's own has.
    PILOT_ENABLE_METADATA_EXCHANGE: "false",
    PILOT_ENABLE_ALPN_FILTER: "false",
    // Gateway API is left to others.
    PILOT_ENABLE_GATEWAY_API: "false",
  },
  telemetry: { enabled: false },
};

const gatewayValues = {
  // The image is named only when the pod is made; Kubernetes takes the stand-in for one to be pulled each time.
  imagePullPolicy: "IfNotPresent",
  service: {
    externalTrafficPolicy: "Local",
    ports: [
      { name: "http2", port: 80, targetPort: 80 },
      { name: "https", port: 443, targetPort: 443 },
    ],
  },
  autoscaling: { enabled: false },
  ...requests("10m", "64Mi"),
};

/**
 * Deploys istiod and an ingress gateway, and waits until both are ready. The lab must have been brought up
 * `--with istio`; a pod of a namespace with the label `istio-injection: enabled` then gets a sidecar.
 */
export async function deployIstio(): Promise<void> {
  await applyObjects([namespaceOf(controlPlane.namespace)]);
  await applyObjects(await render("istiod", controlPlane, istiodValues));
  await ready(controlPlane);
  // Its pods are completed by istiod's webhook.
  await applyObjects(await render("istio-gateway", istioGateway, gatewayValues));
  await ready(istioGateway);
}

/** Removes both again, and waits until they are gone. */
export async function removeIstio(): Promise<void> {
  const objects = [
    ...(await render("istio-gateway", istioGateway, gatewayValues)),
    ...(await render("istiod", controlPlane, istiodValues)),
    namespaceOf(controlPlane.namespace),
  ];
  await withObjects(objects, "delete", "--ignore-not-found");
  // istiod leaves its certificate in every namespace.
  await kubectl("delete", "configmaps", "--all-namespaces", "--selector=istio.io/config=true");
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

const namespaceOf = (name: string): Manifest => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

const folder = `/var/lib/${testLab.name}`;

async function render(chart: string, place: Place, values: Readonly<Record<string, unknown>>): Promise<Manifest[]> {
  const { charts } = parse(readFileSync(`${folder}/profile.yaml`, "utf8")) as { charts: Record<string, string> };
  const from = charts[chart];
  if (from === undefined) throw new Error(`the lab ${testLab.name} was brought up without its part istio`);
  return renderChart(`${folder}/bin/helm`, { chart, ...place, values }, from, AbortSignal.timeout(60_000));
}

async function ready({ namespace, name }: Place): Promise<void> {
  await kubectl("rollout", "status", `deployment/${name}`, "--namespace", namespace, "--timeout=180s");
}

/** Applies objects, and takes over what others have set of them. */
export async function applyObjects(objects: readonly Manifest[]): Promise<void> {
  // istiod itself writes its certificate into the webhooks that are applied here.
  await withObjects(objects, "apply", "--server-side", "--force-conflicts", "--field-manager=sluice-test");
}

/**
 * Has the API server check objects as it would when they are applied, and makes none.
 *
 * @throws Error with its words where it refuses one.
 */
export async function checkObjects(objects: readonly Manifest[]): Promise<void> {
  await withObjects(objects, "apply", "--server-side", "--dry-run=server", "--force-conflicts");
}

async function withObjects(items: readonly Manifest[], ...command: readonly string[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, ...command, "-f", "-"], { input });
}
