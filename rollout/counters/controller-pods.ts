import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";
import { UserError } from "../../progress/user-error";
import type { MetricsPage } from "../../routers/router";
import { parseExposition, type Sample } from "./exposition";
import type { Pages } from "./tally";
import { labelSelectorOf } from "../../values/label-selector";

/** Milliseconds for a pod's page: a reading that comes later is worth less than the next one. */
const timeoutMilliseconds = 2000;

/** The pods of a controller. */
export interface ControllerPods {
  /** The Service that leads to them. */
  readonly service: { readonly namespace: string; readonly name: string };
  readonly page: MetricsPage;
}

/**
 * Reads the metrics pages of a controller's pods through the API server, all at once. Pods that don't answer are left out,
 * unless none does.
 *
 * @param names of the series that are read.
 * @throws UserError if nothing can be read, with what to change; the signal's reason if that is aborted.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (`get connect proxy requests to Pod`)
 */
export async function readControllerPods(
  api: Pick<ClusterApi, "core" | "objects">,
  { service: { namespace, name }, page }: ControllerPods,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Pages> {
  const pods = await podsBehind(api, namespace, name);
  const failures: unknown[] = [];
  const read = async (pod: V1Pod): Promise<[string, readonly Sample[] | undefined]> => {
    const { name: podName = "", uid = podName } = pod.metadata ?? {};
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${podName}:${portOf(pod, page)}/proxy${page.path}`;
      return [uid, parseExposition(await api.objects.text(path, timeoutMilliseconds, signal), names)];
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
      return [uid, undefined];
    }
  };
  const pages = new Map(await Promise.all(pods.map(read)));
  if (failures.length < pods.length) return pages;
  throw unreadable(failures[0], `Service ${name} in namespace ${namespace}`, page);
}

async function podsBehind({ core }: Pick<ClusterApi, "core">, namespace: string, name: string): Promise<V1Pod[]> {
  const { spec } = await core.readNamespacedService({ namespace, name });
  const labelSelector = labelSelectorOf(spec?.selector ?? {});
  // A Service without a selector doesn't name its pods, and an empty selector would select all pods of the namespace.
  const { items } = labelSelector === "" ? { items: [] } : await core.listNamespacedPod({ namespace, labelSelector });
  const pods = items.filter(({ status }) => status?.phase === "Running");
  if (pods.length === 0)
    throw new UserError(`no pods run behind Service ${name} in namespace ${namespace}`, "SLUICE1603");
  return pods;
}

/** @throws UserError if no container has it. */
function portOf({ spec }: V1Pod, { port, remedy }: MetricsPage): number {
  const ports = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
  const found = ports.find(({ name }) => name === port);
  if (found) return found.containerPort;
  throw new UserError(`its pods have no port named ${port} for their metrics: ${remedy}`, "SLUICE1603");
}

function unreadable(error: unknown, controller: string, { remedy }: MetricsPage): Error {
  const { message } = error as Error;
  const read = `the counters of ${controller} can't be read`;
  if (error instanceof SyntaxError) return new UserError(`${read}: ${message}`, "SLUICE1603");
  if (failureKind(error) === "forbidden")
    return new UserError(`${read}: ${message} (a Role with get on pods/proxy)`, "SLUICE1603");
  if (failureKind(error) === "not found") return new UserError(`${read}: ${message}; ${remedy}`, "SLUICE1603");
  return error instanceof UserError ? new UserError(`${read}: ${message}`, "SLUICE1603") : (error as Error);
}
