import { Agent } from "node:https";
import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  PatchStrategy,
  RequestContext,
  type KubeConfig,
} from "@kubernetes/client-node";
import { UserError } from "../progress/user-error";
import type { Manifest, ObjectReference } from "../render/manifest";

/** Milliseconds for an answer: a list of a large cluster takes some seconds. */
const timeoutMilliseconds = 15_000;

/** Milliseconds until an API server that does not answer at all counts as unreachable. */
const connectMilliseconds = 8000;

/** How a patch is applied server-side. */
const apply = PatchStrategy.ServerSideApply;

/** A kind of objects, in one version of its API. */
export type Kind = Pick<Manifest, "apiVersion" | "kind">;

/** What the API server says against an object. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  /** The fields that are wrong, where the server names them. */
  readonly causes: readonly { readonly field?: string; readonly message?: string }[];
}

/** What the API server makes of an object that it is shown. */
export interface DryRun {
  readonly refusal?: Refusal;
  /** What it accepts and finds odd, such as a field that the kind does not have. */
  readonly warnings: readonly string[];
}

/** Thrown where the user's account may not ask. */
export class ForbiddenError extends UserError {}

/** As whom an object is shown to the API server, or changed. */
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
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/**
 * Objects of any kind in a cluster, as plain JSON: the typed clients leave out the fields that they don't know.
 *
 * Every method throws UserError where the API server can't be reached or refuses the account.
 */
export class ObjectsApi {
  private readonly http = new IsomorphicFetchHttpLibrary();
  /** The kinds by version of API; a cluster is asked once. */
  private readonly discovered = new Map<string, Promise<readonly Resource[]>>();

  /** Keeps connections for the next requests: a check asks a hundred times. */
  private agent?: Agent;

  constructor(
    private readonly clusterName: string,
    private readonly server: string,
    private readonly kubeConfig: KubeConfig,
  ) {}

  /** Returns if the API server answers. */
  async check(): Promise<void> {
    expectSuccess(await this.send(HttpMethod.GET, "/version", { timeout: connectMilliseconds }), "/version");
  }

  /** True where the cluster has the kind. */
  async has(kind: Kind): Promise<boolean> {
    return (await this.resource(kind)) !== undefined;
  }

  /** The kinds that live in namespaces and can be listed, each in the version that the cluster prefers. */
  async namespacedKinds(): Promise<readonly Kind[]> {
    const { groups } = expectSuccess(await this.send(HttpMethod.GET, "/apis"), "/apis") as {
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

  /** The objects of a kind in every namespace; none where the cluster does not have the kind. */
  async list(kind: Kind): Promise<readonly Manifest[]> {
    const resource = await this.resource(kind);
    return resource ? this.items(kind, `${baseOf(kind)}/${resource.name}`) : [];
  }

  /** The objects of a kind that carry some labels, in one namespace. */
  async listIn(namespace: string, kind: Kind, labels: Readonly<Record<string, string>>): Promise<readonly Manifest[]> {
    const resource = await this.resource(kind);
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const query = new URLSearchParams({ labelSelector: selector.join(",") });
    return resource
      ? this.items(kind, `${baseOf(kind)}/namespaces/${namespace}/${resource.name}?${query.toString()}`)
      : [];
  }

  /** One object; nothing where it or its kind is not there. */
  async get(reference: ObjectReference): Promise<Manifest | undefined> {
    const path = await this.pathOf(reference);
    if (path === undefined) return undefined;
    const answer = await this.send(HttpMethod.GET, path);
    return answer.status === 404 ? undefined : (expectSuccess(answer, path) as Manifest);
  }

  /**
   * Shows an object to the API server, which checks it as if it were applied; nothing is changed.
   *
   * @returns nothing where the cluster does not have the kind.
   */
  async dryRun(manifest: Manifest, { fieldManager }: FieldManager): Promise<DryRun | undefined> {
    const { apiVersion, kind, metadata } = manifest;
    const path = await this.pathOf({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
    if (path === undefined) return undefined;
    // By force: a conflict with another writer is no fault of the object's.
    const query = new URLSearchParams({ dryRun: "All", force: "true", fieldManager, fieldValidation: "Warn" });
    const { status, body, warnings } = await this.send(HttpMethod.PATCH, `${path}?${query.toString()}`, {
      body: manifest,
    });
    if (status < 400) return { warnings };
    const { message = `HTTP status ${status}`, details } = statusIn(body);
    return { warnings, refusal: { code: status, message, causes: details?.causes ?? [] } };
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

  private async patch(
    reference: ObjectReference,
    query: URLSearchParams,
    body: object,
    contentType: string,
  ): Promise<Manifest> {
    const path = await this.pathOf(reference);
    if (path === undefined) throw new UserError(`the cluster has no ${reference.kind} of ${reference.apiVersion}`);
    const answer = await this.send(HttpMethod.PATCH, `${path}?${query.toString()}`, { body, contentType });
    return expectSuccess(answer, path) as Manifest;
  }

  private async items({ apiVersion, kind }: Kind, path: string): Promise<Manifest[]> {
    const answer = await this.send(HttpMethod.GET, path);
    // The kind was removed a moment ago, and was still told of.
    if (answer.status === 404) return [];
    const { items } = expectSuccess(answer, path) as { items: Manifest[] };
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
    return (await known).find(({ name, kind: found }) => found === kind.kind && !name.includes("/"));
  }

  private async discover(base: string): Promise<readonly Resource[]> {
    const answer = await this.send(HttpMethod.GET, base);
    if (answer.status === 404) return [];
    return (expectSuccess(answer, base) as { resources: Resource[] }).resources;
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
    const request = new RequestContext(this.server.replace(/\/$/, "") + path, method);
    request.setHeaderParam("Accept", "application/json");
    if (body) {
      request.setHeaderParam("Content-Type", contentType);
      request.setBody(JSON.stringify(body));
    }
    const signal = AbortSignal.timeout(timeout);
    request.setSignal(signal);
    try {
      // Credentials may come from a program, which may hang.
      await Promise.race([this.kubeConfig.applySecurityAuthentication(request), aborted(signal)]);
      const agent = request.getAgent();
      if (agent instanceof Agent) request.setAgent((this.agent ??= new Agent({ ...agent.options, keepAlive: true })));
      const response = await this.http.send(request).toPromise();
      const text = await response.body.text();
      return { status: response.httpStatusCode, body: parsed(text), warnings: warningsIn(response.headers["warning"]) };
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${timeout / 1000} s` : reasonOf(error as Error);
      throw new UserError(`the cluster ${this.clusterName} (${this.server}) can't be reached: ${reason}`);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
}

function baseOf({ apiVersion }: Pick<Kind, "apiVersion">): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function expectSuccess({ status, body }: Answer, path: string): unknown {
  if (status < 400) return body;
  const text = firstLine(statusIn(body).message ?? `HTTP status ${status}`);
  if (status === 403) throw new ForbiddenError(text);
  if (status === 401)
    throw new UserError("the API server does not accept the kubeconfig's credentials: log in to the cluster again");
  throw new UserError(`the API server can't answer ${path}: ${text}`);
}

interface Status {
  readonly message?: string;
  readonly details?: { readonly causes?: Refusal["causes"] };
}

function statusIn(body: unknown): Status {
  return typeof body === "object" && body !== null ? body : {};
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

/** The message of a failed request repeats its URL in front of the reason. */
function reasonOf({ message }: Error): string {
  return firstLine(message).replace(/^request to \S+ failed, reason: /, "");
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
