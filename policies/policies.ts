import type { Policies } from "@pulumi/policy";
import { activeColorIsReady } from "./active-color-is-ready";
import { canaryMatchesStableHost } from "./canary-matches-stable-host";
import { canaryWeightInRange } from "./canary-weight-in-range";
import { canaryWeightStep } from "./canary-weight-step";
import { dedicatedServices } from "./dedicated-services";
import { disruptionBudgetRequired } from "./disruption-budget-required";
import { imageIsPinned } from "./image-is-pinned";
import { minReplicas } from "./min-replicas";
import { networkPolicyRequired } from "./network-policy-required";
import { noInPlaceRelease } from "./no-in-place-release";
import { noTokenAutomount } from "./no-token-automount";
import { nodesCanDrain } from "./nodes-can-drain";
import { noProductionJump } from "./no-production-jump";
import { oneCanaryPerRule } from "./one-canary-per-rule";
import { podSecurity } from "./pod-security";
import { probesRequired } from "./probes-required";
import { readOnlyRoot } from "./read-only-root";
import { recommendedLabels } from "./recommended-labels";
import { releaseFreeze } from "./release-freeze";
import { resourcesRequired } from "./resources-required";
import { retiredController } from "./retired-controller";
import { rolloutStands } from "./rollout-stands";
import { snippetsAreReviewed } from "./snippets-are-reviewed";
import { stableKeepsReplicas } from "./stable-keeps-replicas";
import { governed } from "./support/governed";
import { guarded } from "./support/guarded";
import { tlsRequired } from "./tls-required";

/** The pack: traffic first, then workloads, then Ingresses. Importing it starts nothing, so that it can be run in process. */
export const policies: Policies = [
  canaryWeightInRange,
  canaryWeightStep,
  noProductionJump,
  noInPlaceRelease,
  rolloutStands,
  releaseFreeze,
  oneCanaryPerRule,
  canaryMatchesStableHost,
  dedicatedServices,
  activeColorIsReady,
  stableKeepsReplicas,
  imageIsPinned,
  probesRequired,
  resourcesRequired,
  disruptionBudgetRequired,
  nodesCanDrain,
  minReplicas,
  podSecurity,
  readOnlyRoot,
  noTokenAutomount,
  recommendedLabels,
  networkPolicyRequired,
  snippetsAreReviewed,
  tlsRequired,
  retiredController,
].map((policy) => ({ ...guarded(governed(policy)), url: `docs/policies/${policy.name}.md` }));
