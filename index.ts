import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IngressRouter } from "./components/ingress-router";
import { MetalLb } from "./components/metallb";
import { VersionedWorkload } from "./components/versioned-workload";
import { parseStackConfig } from "./config";
import { profileVariable, readClusterProfile } from "./config/profile";
import { createEntrance } from "./components/create-entrance";
import { explainPlan } from "./traffic/explain";

/** The whole program: a stack's config becomes the way in, the versions of the workload, and the routing between them. */
export = function program() {
  const profile = readClusterProfile(process.env[profileVariable]);
  const config = parseStackConfig(pulumi.runtime.allConfig(), profile);

  const metallb = config.metallb && new MetalLb("metallb", config.metallb);
  const entrance = createEntrance(config.ingressController, { dependsOn: metallb });

  const namespace =
    config.namespace === "default"
      ? pulumi.output(config.namespace)
      : new k8s.core.v1.Namespace(config.namespace, { metadata: { name: config.namespace } }).metadata.name;
  const workload = new VersionedWorkload(config.workload, {
    workload: config.workload,
    namespace,
    versions: config.versions,
  });
  new IngressRouter(
    config.workload,
    { plan: config.plan, workload: config.workload, namespace, className: entrance.className, backends: workload },
    { dependsOn: entrance.component },
  );

  return {
    traffic: explainPlan(config.plan),
    plan: config.plan,
    address: entrance.address,
    url: `http://${config.plan.host}${config.plan.path}`,
  };
};
