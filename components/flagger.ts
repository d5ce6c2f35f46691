import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartReference, mergeValues, type ChartPlace } from "./chart-place";
import { stackNamespace } from "./stack-namespace";

/** Arguments of {@link Flagger}. */
export interface FlaggerArgs extends ChartPlace {
  /** The namespace that it is installed in, which is made with it. */
  readonly namespace: string;
  /** Where Prometheus answers, for the queries that Flagger has built in. */
  readonly metricsServer?: string;
}

const officialChart = { chart: "flagger", repository: "https://flagger.app", version: "1.41.0" };

/**
 * Flagger by its own chart, for Ingresses with the annotations of ingress-nginx: it serves Canary objects in all namespaces.
 *
 * @see https://docs.flagger.app/install/flagger-install-on-kubernetes
 */
export class Flagger extends pulumi.ComponentResource {
  constructor(name: string, args: FlaggerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:flagger:Flagger", name, {}, opts);
    const { metricsServer, namespace: namespaceName } = args;
    const namespace = stackNamespace({ name: namespaceName }, { parent: this });
    const chart = new k8s.helm.v4.Chart(
      "flagger",
      {
        ...chartReference(args, officialChart),
        name: "flagger",
        namespace: namespace.metadata.name,
        values: mergeValues(
          {
            meshProvider: "nginx",
            securityContext: { context: { runAsNonRoot: true, allowPrivilegeEscalation: false } },
            ...(metricsServer !== undefined && { metricsServer }),
          },
          args.values,
        ),
      },
      { parent: this },
    );
    this.registerOutputs({ resources: chart.resources });
  }
}
