import { metric as metricSchema, type MetricConfig } from "../../../../config/rollout-metrics";
import type { Subject } from "../../../../rollout/subject";
import { blueGreenPlan, planWith, wholeHost } from "../../support/plans";

/** v2 on trial beside v1 under ingress-nginx, by a header and half of the other requests; the step began long ago. */
export function subjectWith(changes: Partial<Subject> = {}): Subject {
  return {
    stack: "dev",
    namespace: "default",
    workload: "nginx",
    canary: "v2",
    stable: "v1",
    plan: planWith({ weight: 50, header: { name: "Trial" } }),
    versions: { v1: {}, v2: {} },
    place: { address: "192.168.10.240", port: 80 },
    controller: "ingress-nginx",
    since: 0,
    ...changes,
  };
}

/** v2 in the idle color, tried at a host of its own. */
export function idleSubject(changes: Partial<Subject> = {}): Subject {
  return subjectWith({ plan: blueGreenPlan({ preview: { ...wholeHost, host: "preview.test.com" } }), ...changes });
}

/** A metric as it stands in a stack's file. */
export function metricOf(written: Record<string, unknown>): MetricConfig {
  return metricSchema.parse(written);
}
