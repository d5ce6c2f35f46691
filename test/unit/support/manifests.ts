import type { ProgramResource } from "../../../render/evaluate";
import type { Manifest } from "../../../render/manifest";

/** An object by kind and name, with whatever else a test needs. */
export function manifest(kind: string, name: string, fields: Record<string, unknown> = {}): Manifest {
  const { apiVersion = "v1", namespace, ...rest } = fields as { apiVersion?: string; namespace?: string };
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
}

/** A resource of the program that makes an object. */
export function resource(urn: string, type: string, inputs: object, dependencies: string[] = []): ProgramResource {
  return {
    urn,
    type,
    name: urn,
    inputs: inputs as Record<string, unknown>,
    ignored: [],
    isProtected: false,
    dependencies,
  };
}
