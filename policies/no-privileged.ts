import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Container, PodSpec } from "./support/manifests";
import { nameOf, namespaceOf } from "./support/objects";
import { allContainers, podsOf } from "./support/pods";
import { permissionSchema, permittedFor, type Permission } from "./support/permissions";
import { settingsOf } from "./support/settings";
import { eachOf } from "./support/unknowns";

/** Settings of {@link noPrivileged}. */
export interface NoPrivilegedSettings {
  /** What single objects may do all the same. */
  readonly allowed: readonly Permission[];
}

const defaults: NoPrivilegedSettings = {
  allowed: [
    // MetalLB's speaker answers ARP on the node's network (chart 0.15.2, templates/speaker.yaml).
    { namespace: "metallb-system", name: "metallb-speaker", capabilities: ["NET_RAW"], hostNetwork: true },
    // ingress-nginx listens on 80 and 443 (chart 4.15.1, templates/_helpers.tpl).
    { namespace: "ingress-nginx", name: "ingress-nginx-controller", capabilities: ["NET_BIND_SERVICE"] },
  ],
};

/**
 * Stops pods that could take over their node, by the rules of Kubernetes' baseline pod security standard and the rule
 * "Privilege Escalation" of the restricted one; capabilities are refused unless they are listed, the net ones included.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const noPrivileged: ResourceValidationPolicy = {
  name: "no-privileged",
  description: "No pod has privileges over its node, but those that are listed.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: permissionSchema,
        default: [...defaults.allowed],
        description: "What single objects may do all the same; it takes the place of the whole default list",
      },
    },
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods) return;
    const refuse = (where: string, field: string, key: string) =>
      report(
        `${pods.title}${where}: ${field} is refused: remove it, or add an entry with ${key} for it to "allowed" ` +
          `of no-privileged in the pack's config.`,
      );
    const { spec, object } = pods;
    const permitted = permittedFor(namespaceOf(object), nameOf(object), settingsOf(args, defaults).allowed);
    eachOf([checkNamespaces, checkVolumes, checkContainers], (check) => check(spec, permitted, refuse));
  },
};

type Refuse = (where: string, field: string, key: string) => void;

function checkNamespaces(spec: PodSpec, permitted: Permission, refuse: Refuse): void {
  eachOf(["hostNetwork", "hostPID", "hostIPC"] as const, (field) => {
    if (spec[field] === true && permitted[field] !== true) refuse("", `${field}: true`, `${field}: true`);
  });
}

function checkVolumes({ volumes = [] }: PodSpec, permitted: Permission, refuse: Refuse): void {
  eachOf(volumes, ({ name, hostPath }) => {
    const path = hostPath?.path;
    if (path !== undefined && !permitted.hostPaths?.includes(path))
      refuse("", `the volume ${name} of hostPath ${path}`, `hostPaths: ["${path}"]`);
  });
}

function checkContainers(spec: PodSpec, permitted: Permission, refuse: Refuse): void {
  eachOf(allContainers(spec), (container) =>
    checkContainer(container, permitted, (field, key) => refuse(`, container ${container.name}`, field, key)),
  );
}

function checkContainer(
  { securityContext = {} }: Container,
  permitted: Permission,
  refuse: (field: string, key: string) => void,
): void {
  for (const field of ["privileged", "allowPrivilegeEscalation"] as const)
    if (securityContext[field] === true && permitted[field] !== true)
      refuse(`securityContext.${field}: true`, `${field}: true`);
  for (const capability of securityContext.capabilities?.add ?? [])
    if (!permitted.capabilities?.includes(capability))
      refuse(`securityContext.capabilities.add: ${capability}`, `capabilities: ["${capability}"]`);
}
