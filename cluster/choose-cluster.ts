import { UserError } from "../progress/user-error";
import type { ClusterChoice, ClusterOptions } from "./choice";
import type * as Kind from "./kind";
import type * as Lab from "./lab";
import { hasLab, noLabHere } from "./lab-if-there";
import { namedCluster } from "./named-cluster";

/**
 * Chooses the cluster to work on: the one that was named, by `sluice lab env` too, else a kind cluster of Sluice's own, else the lab. A cluster
 * that happens to be the kubeconfig's current one is never touched.
 *
 * @param config the stack's config by full key; `kubernetes:context` and `kubernetes:kubeconfig` name a cluster.
 * @throws UserError if no cluster was named and none can be made here.
 */
export async function chooseCluster(
  options: ClusterOptions,
  config: Readonly<Record<string, unknown>>,
): Promise<ClusterChoice> {
  const { cluster } = options;
  const named = namedCluster(options, config);
  if (named && cluster)
    throw new UserError(
      `--cluster ${cluster} and the context ${named.name} contradict each other: name one`,
      "SLUICE1302",
    );
  if (named) return named;
  const lab = hasLab() ? (require("./lab") as typeof Lab) : undefined;
  if (cluster === "lab") {
    if (!lab) throw new UserError(`--cluster lab: ${noLabHere}`, "SLUICE1302");
    return lab.labChoice(options, "asked for by --cluster");
  }
  const { kindChoice, whyNoKind } = require("./kind") as typeof Kind;
  const noKind = await whyNoKind();
  if (cluster === "kind" && noKind) throw new UserError(`--cluster kind: ${noKind}`, "SLUICE1302");
  if (!noKind)
    return kindChoice(
      cluster ? "asked for by --cluster" : "Docker answers and kind is there, and no context was named",
    );
  const noLab = lab ? lab.whyNoLab() : noLabHere;
  if (lab && !noLab) return lab.labChoice(options, `no context was named, and ${noKind}`);
  throw new UserError(
    `no cluster to work on: name one with --context or the stack's kubernetes:context; ` +
      `Sluice can't create a kind cluster (${noKind}) or a lab (${noLab})`,
    "SLUICE1302",
  );
}
