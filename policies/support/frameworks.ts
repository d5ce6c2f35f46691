import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Kubernetes' own levels of what pods may do. */
export const podSecurityStandards: PolicyComplianceFramework = {
  name: "Kubernetes Pod Security Standards",
  version: "1.35",
  reference: "baseline, restricted",
  specification: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
};

/** What Kubernetes' documentation asks of workloads that people depend on. */
export const productionPractice: PolicyComplianceFramework = {
  name: "Kubernetes production practice",
  version: "1.34",
  reference: "workloads",
  specification: "https://kubernetes.io/docs/setup/production-environment/",
};

/** What a release must not do to the people who use it. */
export const gradualRelease: PolicyComplianceFramework = {
  name: "Sluice's rules of a gradual release",
  version: "1.0",
  reference: "traffic",
  specification: "docs/policies/README.md",
};

/** What ingress-nginx reads otherwise than it is written, or not at all. */
export const ingressNginx: PolicyComplianceFramework = {
  name: "ingress-nginx's rules of a canary",
  version: "1.15.1",
  reference: "annotations",
  specification: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary",
};
