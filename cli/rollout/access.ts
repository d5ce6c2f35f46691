import type { ClusterApi } from "../../cluster/api";
import type { RolloutConfig } from "../../config/rollout";
import type { ReplicaRatioPlan } from "../../traffic/plan";
import type { StackPlace } from "../../rollout/store/leases";

interface Right {
  readonly verb: string;
  /** The API group; left out for the core one. */
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  /** The consequence for a rollout. */
  readonly without: string;
}

/** What a rollout is judged by, and the StatefulSet that it rolls, if it does. */
type Judged = Partial<Pick<RolloutConfig, "prometheus" | "metrics">> & Pick<ReplicaRatioPlan, "ordinals">;

/**
 * The rights that a rollout's checks need and the account lacks, with the consequence, a line each: without this, a rollout
 * would silently check less. If the cluster doesn't answer, there are no lines.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function gapsOf(
  { authorization }: Pick<ClusterApi, "authorization">,
  { prometheus, metrics = [], ordinals }: Judged,
  { namespace }: StackPlace,
): Promise<readonly string[]> {
  const rights: Right[] = [
    {
      verb: "list",
      resource: "pods",
      namespace,
      without: "Sluice can't see crashing pods, only failed requests",
    },
    ...(prometheus?.service
      ? [
          {
            verb: "get",
            resource: "services",
            subresource: "proxy",
            namespace: prometheus.service.namespace,
            without: "Sluice can't read any metric",
          },
        ]
      : []),
    ...(ordinals
      ? [
          {
            verb: "delete",
            resource: "pods",
            namespace,
            without: "a pod of the canary that never becomes ready blocks the rollback until somebody deletes it",
          },
        ]
      : []),
    ...(metrics.some(({ job }) => job)
      ? [
          ...["get", "list"].map((verb) => ({ verb, without: "no check by a Job can be made" })),
          { verb: "delete", without: "Jobs of checks stay until Kubernetes removes them, ten minutes after their end" },
        ].map((right) => ({ ...right, group: "batch", resource: "jobs", namespace }))
      : []),
  ];
  const gaps = await Promise.all(rights.map((right) => gapOf(authorization, right)));
  return gaps.flatMap((gap) => gap ?? []);
}

async function gapOf(
  authorization: ClusterApi["authorization"],
  { without, ...resourceAttributes }: Right,
): Promise<string | undefined> {
  const body = { spec: { resourceAttributes } };
  const review = await authorization.createSelfSubjectAccessReview({ body }).catch(() => undefined);
  if (review?.status?.allowed !== false) return undefined;
  const { verb, resource, subresource, namespace } = resourceAttributes;
  const what = [resource, ...(subresource ? [subresource] : [])].join("/");
  return `the account may not ${verb} ${what} in namespace ${namespace}: ${without}; grant it with a Role`;
}
