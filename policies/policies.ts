import type { Policies } from "@pulumi/policy";
import { activeColorIsReady } from "./active-color-is-ready";
import { canaryMatchesStableHost } from "./canary-matches-stable-host";
import { canaryWeightInRange } from "./canary-weight-in-range";
import { canaryWeightStep } from "./canary-weight-step";
import { dedicatedServices } from "./dedicated-services";
import { disruptionBudgetRequired } from "./disruption-budget-required";
import { imageIsPinned } from "./image-is-pinned";
import { minReplicas } from "./min-replicas";
import { noPrivileged } from "./no-privileged";
import { noProductionJump } from "./no-production-jump";
import { oneCanaryPerRule } from "./one-canary-per-rule";
import { probesRequired } from "./probes-required";
import { resourcesRequired } from "./resources-required";
import { retiredController } from "./retired-controller";
import { rolloutStands } from "./rollout-stands";
import { runsAsNonRoot } from "./runs-as-non-root";
import { snippetsAreReviewed } from "./snippets-are-reviewed";
import { stableKeepsReplicas } from "./stable-keeps-replicas";
import { guarded } from "./support/guarded";
import { tlsRequired } from "./tls-required";

/** The pack: traffic first, then workloads, then Ingresses. Importing it starts nothing, so that it can be run in process. */
export const policies: Policies = [
  canaryWeightInRange,
  canaryWeightStep,
  noProductionJump,
  rolloutStands,
  oneCanaryPerRule,
  canaryMatchesStableHost,
  dedicatedServices,
  activeColorIsReady,
  stableKeepsReplicas,
  imageIsPinned,
  probesRequired,
  resourcesRequired,
  runsAsNonRoot,
  disruptionBudgetRequired,
  minReplicas,
  noPrivileged,
  snippetsAreReviewed,
  tlsRequired,
  retiredController,
].map(guarded);
