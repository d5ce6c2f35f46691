import { join } from "node:path";
import type { Cluster } from "../../../engine/engine";
import { temporaryFolder, writeInto } from "./folders";
import { serve, type Received, type TestServer } from "./http-server";

interface Stored {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    resourceVersion: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** The few paths of Kubernetes' API that rollouts use, on the loopback, with its conflicts. */
export class FakeApi {
  /** By `leases/demo/name`. */
  readonly objects = new Map<string, Stored>();
  /** Is called before a request is answered; a status that it gives is the answer. */
  before: (method: string, key: string) => Promise<number | void> | number | void = () => undefined;
  /** Is called once a request has had its effect; a status that it gives is the answer all the same. */
  after: (method: string, key: string) => number | void = () => undefined;
  private version = 100;
  private constructor(private server?: TestServer) {}

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.server = await serve((response, _, received) => {
      void api.answer(received).then((answer) => {
        const lost = api.after(received.method, keyOf(received.path).key);
        const [status, body] = lost === undefined ? answer : refuse(lost, "as the test wants it");
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    return api;
  }

  /** A cluster whose kubeconfig leads here; to be called inside a suite. */
  cluster(folder: string): Cluster {
    const kubeconfig = writeInto(
      folder,
      "kubeconfig",
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "fake",
        clusters: [{ name: "fake", cluster: { server: this.server?.url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "fake", user: {} }],
        contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      }),
    );
    return { name: "fake", kubeconfig, context: "fake" };
  }

  /** `GET leases`, in order. */
  get requests(): string[] {
    return (this.server?.received ?? []).map(({ method, path }) => `${method} ${keyOf(path).key}`);
  }

  put(key: string, object: object): void {
    const [kind = "", namespace = "", name = ""] = key.split("/");
    const metadata = { ...(object as Stored).metadata, name, namespace, resourceVersion: String(++this.version) };
    this.objects.set(key, { ...object, kind, metadata });
  }

  close(): void {
    this.server?.close();
  }

  private async answer({ method, path, headers, body }: Received): Promise<[number, unknown]> {
    const { key, selector } = keyOf(path);
    const kinds = discovery[path];
    if (kinds) return [200, { resources: kinds.map(([name, kind]) => ({ name, kind, namespaced: true, verbs: [] })) }];
    const status = await this.before(method, key);
    if (status !== undefined) return refuse(status, "as the test wants it");
    const sent = (body === "" ? {} : JSON.parse(body)) as Stored & { preconditions?: { resourceVersion?: string } };
    // A review of access is answered, and not stored.
    if (method === "POST" && !sent.metadata) return [201, { ...sent, status: { allowed: true } }];
    const place = method === "POST" ? join(key, sent.metadata.name) : key;
    const found = this.objects.get(place);
    const isList = key.split("/").length <= 2 && method === "GET";
    if (isList) return [200, { items: [...this.objects].filter(isIn(key, selector)).map(([, object]) => object) }];
    if (method === "POST") return found ? refuse(409, "AlreadyExists") : [201, this.store(place, sent)];
    // A dry run stores nothing, and an apply creates what is not there.
    if (method === "PATCH" && /[?&]dryRun=All/.test(path)) return [200, sent];
    if (!found && headers["content-type"] === "application/apply-patch+yaml") return [201, this.store(place, sent)];
    // A Lease is created by an update too (its strategy has AllowCreateOnUpdate).
    if (!found) return method === "PUT" ? [201, this.store(place, sent)] : refuse(404, "NotFound");
    const wanted = method === "DELETE" ? sent.preconditions?.resourceVersion : sent.metadata?.resourceVersion;
    if (method !== "GET" && wanted !== undefined && wanted !== found.metadata.resourceVersion)
      return refuse(409, "Conflict");
    if (method === "PUT") return [200, this.store(place, sent)];
    if (method === "PATCH") return [200, this.store(place, merged(found, sent) as Stored)];
    if (method === "DELETE") this.objects.delete(place);
    return [200, found];
  }

  private store(key: string, object: Stored): Stored | undefined {
    this.put(key, object);
    return this.objects.get(key);
  }
}

/** The kinds that it knows of those that are asked for by their paths. */
const discovery: Readonly<Record<string, readonly (readonly [name: string, kind: string])[]>> = {
  "/api/v1": [
    ["services", "Service"],
    ["pods", "Pod"],
  ],
  "/apis/batch/v1": [["jobs", "Job"]],
  "/apis/networking.k8s.io/v1": [["ingresses", "Ingress"]],
};

/** Starts one that ends with the calling suite. */
export function fakeApi(): () => { api: FakeApi; cluster: Cluster } {
  const folder = temporaryFolder();
  let api: FakeApi;
  beforeEach(async () => (api = await FakeApi.start()));
  afterEach(() => api.close());
  return () => ({ api, cluster: api.cluster(folder) });
}

function keyOf(path: string): { key: string; selector: string } {
  const { pathname, searchParams } = new URL(path, "http://fake");
  const [, namespace = "", kind = "", name] = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const [, all] = /^\/api\/v1\/([^/]+)$/.exec(pathname) ?? [];
  return {
    // A list of all namespaces is asked for by the kind alone.
    key: all ?? [kind, namespace, ...(name ? [name] : [])].join("/"),
    selector: searchParams.get("labelSelector") ?? "",
  };
}

function isIn(folder: string, selector: string) {
  const wanted = selector.split(",").map((part) => part.split("="));
  return ([key, { metadata }]: [string, Stored]) =>
    key.startsWith(`${folder}/`) && wanted.every(([name = "", value]) => metadata.labels?.[name] === value);
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as object) };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  return result;
}

function refuse(code: number, reason: string): [number, unknown] {
  return [code, { kind: "Status", status: "Failure", reason, code }];
}
