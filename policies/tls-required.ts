import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isCanary, readIngress } from "./support/ingresses";
import { objectOf, titleOf } from "./support/objects";

/**
 * Stops hosts that are served in the clear; for production, so it is off until a pack config sets its level.
 *
 * A canary is left alone: the controller serves it with its mainline's certificate.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
 */
export const tlsRequired: ResourceValidationPolicy = {
  name: "tls-required",
  description: "In production, every host of an Ingress is served by TLS.",
  enforcementLevel: "disabled",
  validateResource(args, report) {
    const ingress = objectOf(args, "Ingress");
    if (!ingress || isCanary(ingress)) return;
    const secured = [...(ingress.manifest.spec?.tls ?? [])].flatMap(({ hosts = [] }) => [...hosts]);
    const hosts = new Set(readIngress(ingress).rules.map(({ host }) => host));
    const title = titleOf(ingress);
    for (const host of hosts)
      if (host === "")
        report(`${title} has a rule for all hosts, which no certificate covers: name its host, in sluice:host.`);
      else if (!secured.some((name) => covers(name.toLowerCase(), host)))
        report(`${title}: spec.tls has no entry for the host ${host}: add it with its Secret to sluice:tls.`);
  },
};

/** True where a certificate's name covers a host; its `*` stands for one label (RFC 6125, 6.4.3). */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));
}
