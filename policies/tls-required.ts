import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { readServices } from "./support/backends";
import { gradualRelease } from "./support/frameworks";
import { isCanary, readIngress } from "./support/ingresses";
import type { Gateway, GatewayRoute, Ingress, IstioGateway } from "./support/manifests";
import { keyOf, namespaceOf, objectsOf, titleOf, type KubernetesObject, type SeenResource } from "./support/objects";
import { currentPlan } from "./support/plans";
import { readAll, type Reader } from "./support/unknowns";

/**
 * Stops hosts that are served in the clear, whatever the router; for production, so it is off until a pack config sets its level.
 *
 * A canary Ingress is left alone: the controller serves it with its mainline's certificate. So are routes and servers that only
 * lead to https. A Service that users reach without a router passes on what it gets: one with a port 443 is taken to be secured
 * by the application.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
 * @see https://gateway-api.sigs.k8s.io/guides/tls/
 */
export const tlsRequired: StackValidationPolicy = {
  name: "tls-required",
  description: "In production, every host is served by TLS.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: { ...gradualRelease, reference: "users' data" },
  validateStack({ resources }, report) {
    readAll((reader) => {
      const each = <T>(objects: readonly T[], check: (object: T) => void) => void reader.collect(objects, check);
      each(objectsOf(resources, "Ingress"), (ingress) => checkIngress(ingress, report));
      each(objectsOf(resources, "IstioGateway"), (gateway) => checkIstio(gateway, report));
      const gateways = new Map(objectsOf(resources, "Gateway").map((gateway) => [keyOf(gateway), gateway]));
      each(objectsOf(resources, "HTTPRoute", "GRPCRoute"), (route) => checkRoute(route, gateways, report));
      if (currentPlan(resources)?.router === "service") checkServices(resources, reader, report);
    });
  },
};

function checkIngress(ingress: KubernetesObject<Ingress>, report: ReportViolation): void {
  if (isCanary(ingress)) return;
  const secured = [...(ingress.manifest.spec?.tls ?? [])].flatMap(({ hosts = [] }) => [...hosts]);
  const title = titleOf(ingress);
  for (const host of new Set(readIngress(ingress).rules.map((rule) => rule.host)))
    if (host === "")
      report(
        `${title} has a rule for all hosts, which no certificate covers: name its host, in sluice:host.`,
        ingress.urn,
      );
    else if (!secured.some((name) => covers(name.toLowerCase(), host)))
      report(
        `${title}: spec.tls has no entry for the host ${host}: add it with its Secret to sluice:route.tls.`,
        ingress.urn,
      );
}

/** True if a certificate's name covers a host; its `*` stands for one label (RFC 6125, 6.4.3). */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));
}

function checkIstio(gateway: KubernetesObject<IstioGateway>, report: ReportViolation): void {
  for (const { port, hosts = [], tls } of gateway.manifest.spec?.servers ?? []) {
    const isSecured = ["HTTPS", "TLS"].includes((port?.protocol ?? "").toUpperCase()) && tls !== undefined;
    if (isSecured || tls?.httpsRedirect === true) continue;
    report(
      `${titleOf(gateway)} serves ${[...hosts].join(", ")} in the clear at port ${port?.number}: add the host with its Secret to ` +
        `sluice:route.tls.`,
      gateway.urn,
    );
  }
}

function checkRoute(
  route: KubernetesObject<GatewayRoute>,
  gateways: ReadonlyMap<string, KubernetesObject<Gateway>>,
  report: ReportViolation,
): void {
  const { parentRefs = [], hostnames = [], rules = [] } = route.manifest.spec ?? {};
  // One that leads nobody to a Service sends users on to https.
  if (![...rules].some(({ backendRefs = [] }) => backendRefs.length > 0)) return;
  for (const { name, namespace = namespaceOf(route), sectionName, port } of parentRefs) {
    const gateway = gateways.get(`${namespace}/${name}`);
    const listeners = [...(gateway?.manifest.spec?.listeners ?? [])].filter(
      (listener) =>
        (sectionName === undefined || listener.name === sectionName) && (port === undefined || listener.port === port),
    );
    const isPlain = gateway
      ? listeners.some(({ protocol }) => protocol === "HTTP")
      : // Of a Gateway that the stack does not make, the port alone is known.
        port !== 443;
    if (isPlain)
      report(
        `${titleOf(route)} serves ${[...hostnames].join(", ") || "all hosts"} in the clear at Gateway ${namespace}/${name}: add ` +
          `the host with its Secret to sluice:route.tls.`,
        route.urn,
      );
  }
}

function checkServices(resources: readonly SeenResource[], reader: Reader, report: ReportViolation): void {
  for (const { object, title, type, selector } of readServices(resources, reader).values()) {
    const ports = object.manifest.spec?.ports ?? [];
    const isOwn = selector?.["app"] !== undefined && (type === "NodePort" || type === "LoadBalancer");
    if (isOwn && ![...ports].some(({ port }) => port === 443))
      report(
        `${title} serves users in the clear, as no router with a certificate stands in front of it: take sluice:router ingress or ` +
          `gateway with sluice:route.tls.`,
        object.urn,
      );
  }
}
