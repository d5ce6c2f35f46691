import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutConfig } from "../config/rollout";
import { flaggerQuery, objectName, prometheusAddress, type MetricContext } from "./flagger-metrics";
import { secretOf } from "./secret-of";

/** The API of Flagger's objects. */
export const flaggerApi = "flagger.app/v1beta1";

/** The inputs of the objects that a Canary refers to. */
export interface ReferenceArgs extends MetricContext {
  readonly namespace: pulumi.Input<string>;
  readonly rollout: RolloutConfig;
  readonly opts: pulumi.CustomResourceOptions;
}

/** A MetricTemplate for each metric that Flagger can't ask by itself. */
export function metricTemplates(args: ReferenceArgs): pulumi.Resource[] {
  const { rollout, workload, namespace, opts } = args;
  const queries = rollout.metrics.flatMap((metric) => flaggerQuery(metric, args) ?? []);
  const variable = rollout.prometheus?.tokenVariable;
  const key = "rollout.prometheus.tokenVariable";
  const secret =
    variable === undefined || queries.length === 0
      ? undefined
      : secretOf(`${workload}-prometheus`, namespace, "token", { key, variable }, opts);
  const provider = {
    type: "prometheus",
    address: prometheusAddress(rollout),
    ...(secret && { secretRef: { name: secret.metadata.name } }),
  };
  return queries.map(
    ({ template, query }) =>
      new k8s.apiextensions.CustomResource(
        template,
        {
          apiVersion: flaggerApi,
          kind: "MetricTemplate",
          metadata: { name: template, namespace, labels: { app: workload } },
          spec: { provider, query },
        },
        opts,
      ),
  );
}

/** An AlertProvider for each alert. */
export function alertProviders({ rollout, workload, namespace, opts }: ReferenceArgs): pulumi.Resource[] {
  return rollout.alerts.map(({ name, type, url, urlVariable: variable }, index) => {
    const object = objectName(workload, name);
    const key = `rollout.alerts.${index}.urlVariable`;
    const secret = variable === undefined ? undefined : secretOf(object, namespace, "address", { key, variable }, opts);
    return new k8s.apiextensions.CustomResource(
      object,
      {
        apiVersion: flaggerApi,
        kind: "AlertProvider",
        metadata: { name: object, namespace, labels: { app: workload } },
        spec: { type, ...(secret ? { secretRef: { name: secret.metadata.name } } : { address: url }) },
      },
      opts,
    );
  });
}
