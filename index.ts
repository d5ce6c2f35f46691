import * as pulumi from "@pulumi/pulumi";
import { lastScales } from "./components/own-stack";
import { createEntrances } from "./components/entrances";
import { MetalLb } from "./components/metallb";
import { namespaceLabels } from "./components/namespace-labels";
import { lastUpdate, Plan } from "./components/plan";
import { createRelease } from "./components/release";
import { keepConfigSecret } from "./components/secret-values";
import { stackNamespace } from "./components/stack-namespace";
import { explainMigration } from "./config/migration";
import { hasAutoscaling, parseStackConfig } from "./config";
import { profileVariable, readClusterProfile } from "./config/profile";
import { askClusterForRollout } from "./record/ask-cluster";
import { decideTraffic, explainDecision } from "./record/traffic";
import { explainUndone } from "./record/undone";
import { explainPlan } from "./traffic/explain";
import { previousStable } from "./traffic/previous-stable";

/**
 * The whole program: a stack's config becomes the way in, the versions of the workload, and the routing between them.
 *
 * @param askForRollout gives the stack's last rollout, which decides about the traffic while it is under way.
 */
export = async function program(askForRollout: typeof askClusterForRollout = askClusterForRollout) {
  const profile = readClusterProfile(process.env[profileVariable]);
  const given = pulumi.runtime.allConfig();
  const { namespace: place } = parseStackConfig(given, profile);
  keepConfigSecret();

  // Before there is any resource: a state that is being written can't be read.
  const last = await lastUpdate();
  const decided = decideTraffic(given, await askForRollout(place), last?.settledRollout);
  const config = parseStackConfig(decided.config, profile);
  const scales = hasAutoscaling(config) ? await lastScales() : undefined;
  const undone = explainUndone(decided.isPassedOver, config);
  const settled = (undone === undefined && decided.isPassedOver?.id) || decided.settled;
  // What a rollout has brought is in force before Pulumi hears of it.
  const inForce = last && decided.decides ? { ...last, plan: config.plan } : last;
  new Plan("plan", { plan: config.plan, last: inForce, undone });

  const metallb = config.metallb && new MetalLb("metallb", config.metallb);
  const { own: entrance, target: besideEntrance } = createEntrances(config, metallb);

  const namespace =
    config.namespace === "default"
      ? pulumi.output(config.namespace)
      : stackNamespace({ name: config.namespace, labels: namespaceLabels(config.istio) }).metadata.name;
  const release = createRelease({ config, namespace, entrance, besideEntrance, metallb, scales });

  return {
    traffic: [...explainPlan(config.plan), ...explainMigration(config.migration), ...explainDecision(decided)],
    // For programs. Marked as a secret only so that a preview shows it on one line, beside the words above.
    plan: pulumi.secret(config.plan),
    // Pulumi warns of an output that is undefined.
    previousStable: previousStable(config.plan, last) ?? null,
    address: release.address,
    port: release.port,
    url: release.url,
    ...(release.beside && { beside: release.beside }),
    // The last rollout whose result the stack's file has said: from then on the file decides.
    ...(settled > 0 && { settledRollout: settled }),
  };
};
