import type { ClusterApi } from "../../cluster/api";
import type { RolloutConfig } from "../../config/rollout";
import type { StackPlace } from "../../rollout/store/leases";

interface Right {
  readonly verb: string;
  /** The API group; left out for the core one. */
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  /** What a rollout does without it. */
  readonly without: string;
}

/**
 * What the account may not do that a rollout would be judged by, and what comes of that, a line each. Such a thing would
 * otherwise be silently less checking. Where the cluster does not tell, nothing is said.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function gapsOf(
  { authorization }: Pick<ClusterApi, "authorization">,
  { prometheus, metrics = [] }: Partial<Pick<RolloutConfig, "prometheus" | "metrics">>,
  { namespace }: StackPlace,
): Promise<readonly string[]> {
  const rights: Right[] = [
    {
      verb: "list",
      resource: "pods",
      namespace,
      without: "a canary whose pods crash is not seen by that, only by its answers",
    },
    ...(prometheus?.service
      ? [
          {
            verb: "get",
            resource: "services",
            subresource: "proxy",
            namespace: prometheus.service.namespace,
            without: "no metric can be read",
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
  return `the account may not ${verb} ${what} in namespace ${namespace}: ${without}; have it granted by a Role`;
}
