/** A Kubernetes object as the API server takes it. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** True for what the API server could take as an object. */
export function isObject(value: unknown): value is ClusterObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<ClusterObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}
