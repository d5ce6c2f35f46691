import * as pulumi from "@pulumi/pulumi";
import { lastScales } from "./components/own-stack";
import { createEntrances, isProtected } from "./components/entrances";
import { MetalLb } from "./components/metallb";
import { namespaceLabels } from "./components/namespace-labels";
import { lastUpdate, Plan } from "./components/plan";
import { createRelease } from "./components/release";
import { keepConfigSecret, readSecretConfig } from "./components/secret-values";
import { stackNamespace } from "./components/stack-namespace";
import { identitiesOf } from "./workloads/identities";
import { explainMigration } from "./traffic/explain-migration";
import { describeRenamed } from "./config/renamed";
import { hasAutoscaling, parseStackConfig } from "./config";
import { profileVariable, readClusterProfile } from "./cluster/profile";
import { providersCluster, type StackCluster } from "./record/ask-cluster";
import { parseDecided } from "./record/parse";
import { decideTraffic, explainDecision } from "./record/traffic";
import { explainUndone } from "./record/undone";
import { autoscaledSuccessors } from "./routers/deployed";
import { withLiveSource } from "./sources/ask-live";
import { withSource } from "./sources/read";
import { explainPlan } from "./traffic/explain";
import { formerPlans } from "./traffic/former-plans";
import { previousStable } from "./traffic/previous-stable";

/**
 * The whole program: a stack's config becomes the entry point, the versions of the workload, and the routing between them.
 *
 * @param source what `sluice:from` was read as, if it was read already: the stack's file may be in another folder.
 */
export = async function program(cluster: StackCluster = providersCluster, source?: unknown) {
  const profile = readClusterProfile(process.env[profileVariable]);
  const stackFile = pulumi.runtime.allConfig();
  const named = source === undefined ? stackFile : { ...stackFile, "sluice:from": source };
  const given = await withLiveSource(withSource(named, process.cwd()));
  const { namespace: place, environment, renamed } = readSecretConfig(() => parseStackConfig(given, profile));
  cluster.demandNamed?.(environment);
  keepConfigSecret(stackFile);

  // Before there is any resource: a state that is being written can't be read.
  const last = await lastUpdate();
  const decided = decideTraffic(given, await cluster.rollout(place), last?.settledRollout);
  const config = readSecretConfig(() => parseDecided(decided, profile));
  const scales = hasAutoscaling(config) ? await lastScales() : undefined;
  const undone = explainUndone(decided.isPassedOver, config);
  const settled = (undone === undefined && decided.isPassedOver?.id) || decided.settled;
  // What a rollout has brought is in force before Pulumi hears of it, and its checks have looked at each step.
  const inForce = last && decided.decides ? { ...last, plan: config.plan, formerPlans: [] } : last;
  if (inForce) await cluster.demandPods?.(autoscaledSuccessors(config, inForce.plan, config.plan));
  const versions = identitiesOf(config);
  new Plan("plan", { plan: config.plan, versions, last: inForce, undone, warnings: renamed.map(describeRenamed) });

  const metallb = config.metallb && new MetalLb("metallb", config.metallb, { protect: isProtected(config) });
  const { own: entrance, target: besideEntrance } = createEntrances(config, metallb);

  const namespace =
    config.namespace === "default" || config.application?.live
      ? pulumi.output(config.namespace)
      : stackNamespace({
          name: config.namespace,
          labels: namespaceLabels(config.istio),
          own: config.application?.others.find(
            ({ kind, metadata }) => kind === "Namespace" && metadata.name === config.namespace,
          ),
        }).metadata.name;
  const release = createRelease({ config, namespace, entrance, besideEntrance, metallb, scales, isFirst: !last });

  return {
    traffic: [...explainPlan(config.plan), ...explainMigration(config.migration), ...explainDecision(decided)],
    // For programs. Marked as a secret only so that a preview shows it on one line, beside the words above.
    plan: pulumi.secret(config.plan),
    // By which the next update knows a version that it changes. A digest of a secret is one as well.
    versions: pulumi.secret(versions),
    // By which the next update tells a step that was looked at from one that followed at once.
    formerPlans: pulumi.secret(formerPlans(config.plan, inForce)),
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
