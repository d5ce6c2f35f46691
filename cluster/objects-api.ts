import { HttpMethod, PatchStrategy, RequestContext } from "@kubernetes/client-node";
import { UserError } from "../progress/user-error";
import type { Manifest, ObjectReference } from "../render/manifest";
import type { ClusterConnection } from "./connection";
import { ClusterError, failureKind } from "./errors";
import { labelSelectorOf } from "../values/label-selector";

/** Milliseconds for an answer: a list of a large cluster takes some seconds. */
const timeoutMilliseconds = 15_000;

/** Milliseconds until an API server that does not answer at all counts as unreachable. */
const connectMilliseconds = 8000;

/** How a patch is applied server-side. */
const apply = PatchStrategy.ServerSideApply;

/** A kind of objects, in one version of its API. */
export type Kind = Pick<Manifest, "apiVersion" | "kind">;

/** The API server's objection to an object. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  /** The fields that are wrong, where the server names them. */
  readonly causes: readonly { readonly field?: string; readonly message?: string }[];
}

/** The API server's verdict on a dry run. */
export interface DryRun {
  readonly refusal?: Refusal;
  /** Its warnings, for example about a field that the kind doesn't have. */
  readonly warnings: readonly string[];
}

/** The field manager for a dry run or a change. */
export interface FieldManager {
  readonly fieldManager: string;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface Answer {
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/**
 * Objects of any kind in a cluster, as plain JSON: the typed clients leave out the fields that they don't know.
 *
 * Every method throws a ClusterError where the API server can't be reached or refuses.
 */
export class ObjectsApi {
  /** The kinds by version of API; a cluster is asked once. */
  private readonly discovered = new Map<string, Promise<readonly Resource[]>>();

  constructor(
    private readonly server: string,
    private readonly connection: ClusterConnection,
  ) {}

  /** Returns if the API server answers. */
  async check(): Promise<void> {
    await this.send(HttpMethod.GET, "/version", { timeout: connectMilliseconds });
  }

  /** True if the cluster has the kind. */
  async has(kind: Kind): Promise<boolean> {
    return (await this.resource(kind)) !== undefined;
  }

  /** The kinds that live in namespaces and can be listed, each in the version that the cluster prefers. */
  async namespacedKinds(): Promise<readonly Kind[]> {
    const { groups } = (await this.send(HttpMethod.GET, "/apis")).body as {
      groups: { preferredVersion: { groupVersion: string } }[];
    };
    const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
    const found = await Promise.all(
      versions.map(async (apiVersion) => {
        const resources = await this.discover(baseOf({ apiVersion }));
        return resources
          .filter(({ name, namespaced, verbs }) => namespaced && verbs.includes("list") && !name.includes("/"))
          .map(({ kind }) => ({ apiVersion, kind }));
      }),
    );
    return found.flat();
  }

  /** The objects of a kind in every namespace; none if the cluster does not have the kind. */
  async list(kind: Kind): Promise<readonly Manifest[]> {
    const resource = await this.resource(kind);
    return resource ? this.items(kind, `${baseOf(kind)}/${resource.name}`) : [];
  }

  /** The objects of a kind that carry some labels, in one namespace. */
  async listIn(namespace: string, kind: Kind, labels: Readonly<Record<string, string>>): Promise<readonly Manifest[]> {
    const resource = await this.resource(kind);
    const query = new URLSearchParams({ labelSelector: labelSelectorOf(labels) });
    return resource
      ? this.items(kind, `${baseOf(kind)}/namespaces/${namespace}/${resource.name}?${query.toString()}`)
      : [];
  }

  /** One object; nothing if it or its kind is not there. */
  async get(reference: ObjectReference): Promise<Manifest | undefined> {
    const path = await this.pathOf(reference);
    if (path === undefined) return undefined;
    return (await this.find(path)) as Manifest | undefined;
  }

  /**
   * Shows an object to the API server, which checks it as if it were applied; nothing is changed.
   *
   * @returns nothing if the cluster does not have the kind.
   */
  async dryRun(manifest: Manifest, { fieldManager }: FieldManager): Promise<DryRun | undefined> {
    const { apiVersion, kind, metadata } = manifest;
    const path = await this.pathOf({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
    if (path === undefined) return undefined;
    // By force: a conflict with another field manager doesn't make the object wrong.
    const query = new URLSearchParams({ dryRun: "All", force: "true", fieldManager, fieldValidation: "Warn" });
    try {
      return {
        warnings: (await this.send(HttpMethod.PATCH, `${path}?${query.toString()}`, { body: manifest })).warnings,
      };
    } catch (error) {
      if (!(error instanceof ClusterError) || !error.answer) throw error;
      const { status, body } = error.answer;
      const { message = `HTTP status ${status}`, details } = body;
      return { warnings: [], refusal: { code: status, message, causes: details?.causes ?? [] } };
    }
  }

  /**
   * Applies an object server-side: what its manager had applied before and leaves out now goes, and fields that others have
   * set are taken over.
   *
   * @returns the object as it is then.
   */
  async apply(manifest: Manifest, { fieldManager }: FieldManager): Promise<Manifest> {
    const { apiVersion, kind, metadata } = manifest;
    const query = new URLSearchParams({ force: "true", fieldManager });
    return this.patch({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace }, query, manifest, apply);
  }

  /** Changes an object by a JSON merge patch, and returns it as it is then. */
  async merge(reference: ObjectReference, patch: object, { fieldManager }: FieldManager): Promise<Manifest> {
    return this.patch(reference, new URLSearchParams({ fieldManager }), patch, PatchStrategy.MergePatch);
  }

  /**
   * Removes an object, and in the background what belongs to it; true if it was there.
   *
   * @param uid the very object that is meant: another one of its name stays, and is an error.
   */
  async remove(reference: ObjectReference, uid?: string): Promise<boolean> {
    const path = await this.pathOf(reference);
    if (path === undefined) return false;
    const body = { propagationPolicy: "Background", ...(uid !== undefined && { preconditions: { uid } }) };
    try {
      await this.send(HttpMethod.DELETE, path, { body, contentType: "application/json" });
      return true;
    } catch (error) {
      if (failureKind(error) === "not found") return false;
      throw error;
    }
  }

  /**
   * What is at a path, as it comes: behind `proxy` a pod's or a Service's own answer.
   *
   * @param timeout milliseconds for the whole answer.
   * @throws the signal's reason if that is aborted.
   */
  async text(path: string, timeout: number, signal: AbortSignal): Promise<string> {
    const request = new RequestContext(this.urlOf(path), HttpMethod.GET);
    request.setHeaderParam("Accept", "text/plain");
    request.setSignal(signal);
    return (await this.connection.send(request, timeout)).body.text();
  }

  private async patch(
    reference: ObjectReference,
    query: URLSearchParams,
    body: object,
    contentType: string,
  ): Promise<Manifest> {
    const path = await this.pathOf(reference);
    if (path === undefined)
      throw new UserError(`the cluster has no ${reference.kind} of ${reference.apiVersion}`, "SLUICE1301");
    return (await this.send(HttpMethod.PATCH, `${path}?${query.toString()}`, { body, contentType })).body as Manifest;
  }

  private async items({ apiVersion, kind }: Kind, path: string): Promise<Manifest[]> {
    // The kind may have been removed after the API server listed it.
    const { items } = ((await this.find(path)) ?? { items: [] }) as { items: Manifest[] };
    // A list's items don't name their kind.
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  private async pathOf({ namespace = "default", name, ...kind }: ObjectReference): Promise<string | undefined> {
    const resource = await this.resource(kind);
    if (!resource) return undefined;
    const folder = resource.namespaced ? `/namespaces/${namespace}` : "";
    return `${baseOf(kind)}${folder}/${resource.name}/${encodeURIComponent(name)}`;
  }

  private async resource(kind: Kind): Promise<Resource | undefined> {
    const base = baseOf(kind);
    const known = this.discovered.get(base) ?? this.discover(base);
    this.discovered.set(base, known);
    // After a failure the next call asks again.
    known.catch(() => this.discovered.delete(base));
    return (await known).find(({ name, kind: found }) => found === kind.kind && !name.includes("/"));
  }

  private async discover(base: string): Promise<readonly Resource[]> {
    const { resources } = ((await this.find(base)) ?? { resources: [] }) as { resources: Resource[] };
    return resources;
  }

  /** What is at a path; nothing if nothing is. */
  private async find(path: string): Promise<unknown> {
    try {
      return (await this.send(HttpMethod.GET, path)).body;
    } catch (error) {
      if (failureKind(error) === "not found") return undefined;
      throw error;
    }
  }

  private async send(
    method: HttpMethod,
    path: string,
    {
      body,
      contentType = apply,
      timeout = timeoutMilliseconds,
    }: { readonly body?: object; readonly contentType?: string; readonly timeout?: number } = {},
  ): Promise<Answer> {
    const request = new RequestContext(this.urlOf(path), method);
    request.setHeaderParam("Accept", "application/json");
    if (body) {
      request.setHeaderParam("Content-Type", contentType);
      request.setBody(JSON.stringify(body));
    }
    const response = await this.connection.send(request, timeout);
    const text = await response.body.text();
    return { body: parsed(text), warnings: warningsIn(response.headers["warning"]) };
  }

  private urlOf(path: string): string {
    return this.server.replace(/\/$/, "") + path;
  }
}

function baseOf({ apiVersion }: Pick<Kind, "apiVersion">): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** A proxy in between may answer with a page of its own. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The texts in a header such as `299 - "unknown field \"spec.x\"", 299 - "…"`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7234#section-5.5
 */
function warningsIn(header = ""): string[] {
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1"));
}
