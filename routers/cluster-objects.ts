import type { ClusterObject } from "./router";

/** An object as a user would name it: `Ingress demo/nginx-canary`. */
export function titleOf({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
