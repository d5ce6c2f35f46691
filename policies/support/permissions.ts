import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** What one object, or all of a namespace, may do beside what every pod may. */
export interface Permission {
  readonly namespace: string;
  /** The object's name; all of the namespace where there is none. */
  readonly name?: string;
  /** Linux capabilities that may be added, as in `securityContext.capabilities.add`. */
  readonly capabilities?: readonly string[];
  /** The paths of the node that may be mounted. */
  readonly hostPaths?: readonly string[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
}

const text: PolicyConfigJSONSchema = { type: "string", minLength: 1 };

const flag: PolicyConfigJSONSchema = { type: "boolean" };

/** The schema of {@link Permission}. */
export const permissionSchema: PolicyConfigJSONSchema = {
  type: "object",
  properties: {
    namespace: text,
    name: text,
    capabilities: { type: "array", items: text },
    hostPaths: { type: "array", items: text },
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    privileged: flag,
    allowPrivilegeEscalation: flag,
  },
  required: ["namespace"],
  additionalProperties: false,
};

/** All that the entries for an object allow, put together. */
export function permittedFor(namespace: string, name: string, allowed: readonly Permission[]): Permission {
  const own = allowed.filter((one) => one.namespace === namespace && (one.name === undefined || one.name === name));
  return own.reduce<Permission>(
    (all, one) => ({
      ...all,
      ...one,
      capabilities: [...(all.capabilities ?? []), ...(one.capabilities ?? [])],
      hostPaths: [...(all.hostPaths ?? []), ...(one.hostPaths ?? [])],
    }),
    { namespace },
  );
}
