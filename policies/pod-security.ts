import type { ResourceValidationPolicy } from "@pulumi/policy";
import { podSecurityStandards } from "./support/frameworks";
import { exceptionsSchema, type Exception } from "./support/exceptions";
import { checkPodSecurity, podSecurityLevels, type PodSecurityLevel } from "./support/pod-security";
import { mendPods, placeOf, podsOf } from "./support/pods";
import { settingsOf } from "./support/settings";

/** Settings of {@link podSecurity}. */
export interface PodSecuritySettings {
  /** Which of the Pod Security Standards pods are held to. */
  readonly level: PodSecurityLevel;
}

const defaults: PodSecuritySettings = { level: "baseline" };

/** What MetalLB's speaker can't do without: it answers ARP by raw sockets on the node's network (chart 0.15.2). */
const exceptions: readonly Exception[] = [
  {
    namespace: "metallb-system",
    name: "metallb-speaker",
    only: ["hostNetwork", "hostPort", "NET_RAW", "runAsNonRoot", "capabilities.drop"],
    owner: "Sluice",
    reason: "MetalLB's speaker answers ARP by raw sockets on the node's network",
    until: "2027-12-31",
  },
];

/**
 * Stops pods that could take over their node or other pods, by Kubernetes' own definition of the Pod Security Standards:
 * `baseline` refuses the known ways out of a container, `restricted` asks for what hardens one.
 *
 * At the level `remediate` it sets the seccomp profile RuntimeDefault if a pod names none, and refuses everything else.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podSecurity: ResourceValidationPolicy = {
  name: "pod-security",
  description: "Pods keep to a level of Kubernetes' Pod Security Standards.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: podSecurityStandards,
  configSchema: {
    properties: {
      level: {
        type: "string",
        enum: [...podSecurityLevels],
        default: defaults.level,
        description: "Which of the Pod Security Standards pods are held to",
      },
      exceptions: { ...exceptionsSchema, default: [...exceptions] },
    },
  },
  remediateResource(args) {
    const pods = podsOf(args);
    if (!pods || pods.spec.securityContext?.seccompProfile) return undefined;
    return mendPods(args, ["securityContext"], { seccompProfile: { type: "RuntimeDefault" } });
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods) return;
    checkPodSecurity(pods, settingsOf(args, defaults).level, ({ control, level, container, field, remedy }) => {
      const where = container === undefined ? "" : `, container ${container}`;
      const place = level === "restricted" ? placeOf(pods, "pod template", "runAsUser") : "its pod template";
      report(`${pods.title}${where}: ${field} is not "${level}" (${control}): ${remedy}, in ${place}.`);
    });
  },
};
