import { ingressSeries } from "../../../../routers/ingress/series";
import type { ControllerSeries, Role } from "../../../../routers/router";
import { subjectWith } from "../analysis/subjects";

/** What a pod of ingress-nginx has counted for the usual subject: requests that went well, and those that failed. */
export interface Counted {
  readonly canary?: readonly [good: number, failed?: number];
  readonly stable?: readonly [good: number, failed?: number];
  /** The canary's durations, by `le`. */
  readonly buckets?: Readonly<Record<string, number>>;
  /** Stable's. */
  readonly stableBuckets?: Readonly<Record<string, number>>;
  /** Requests of another Ingress. */
  readonly other?: number;
}

/** The series of the usual subject. */
export function seriesOf(): Record<Role, ControllerSeries> {
  const subject = subjectWith();
  return { canary: ingressSeries(subject, "canary"), stable: ingressSeries(subject, "stable") };
}

/** A metrics page as ingress-nginx shows it. */
export function pageOf({ canary, stable, buckets = {}, stableBuckets = {}, other }: Counted): string {
  const upstream = { canary: "default-nginx-canary-80", stable: "" };
  const labels = (role: Role, more: string) =>
    `{canary="${upstream[role]}",controller_class="k8s.io/ingress-nginx",ingress="nginx",method="GET",namespace="default",path="/",service="nginx",${more}}`;
  const requests = (role: Role, [good, failed]: readonly [number, number?]) => [
    `nginx_ingress_controller_requests${labels(role, 'status="200"')} ${good}`,
    ...(failed === undefined ? [] : [`nginx_ingress_controller_requests${labels(role, 'status="503"')} ${failed}`]),
  ];
  const durations = (role: Role, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(
      ([le, count]) =>
        `nginx_ingress_controller_request_duration_seconds_bucket${labels(role, `status="200",le="${le}"`)} ${count}`,
    );
  const lines = [
    "# TYPE nginx_ingress_controller_requests counter",
    ...(canary ? requests("canary", canary) : []),
    ...(stable ? requests("stable", stable) : []),
    ...(other === undefined
      ? []
      : [`nginx_ingress_controller_requests{canary="",ingress="shop",namespace="default",status="200"} ${other}`]),
    ...durations("canary", buckets),
    ...durations("stable", stableBuckets),
  ];
  return `${lines.join("\n")}\n`;
}
