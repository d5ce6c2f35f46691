import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request as send } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { labInfo } from "../../../lab";
import { labEnvironment, testLab } from "./lab";

/** What becomes of a request in place of the API server's answer: a status, a broken connection, or nothing at all. */
export type ApiFault =
  { readonly status: number; readonly reason: string; readonly retryAfter?: number } | "reset" | "hung";

/** A request to the API server, as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The header `User-Agent`, by which Sluice's own requests differ from those of Pulumi's provider. */
  readonly client: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** What it met. */
  readonly fault?: ApiFault;
  /** The API server's answer. */
  status?: number;
  /** When that had come to its end. */
  answeredAt?: number;
}

/**
 * Stands between the API server and one of its clients, and has requests fail that the client sends. The connection to it is
 * by plain HTTP on this machine, and has all rights of the lab's user.
 */
export class ApiProxy {
  /** All requests so far. */
  readonly requests: SeenRequest[] = [];
  /** Says what becomes of a request; nothing for what is passed on. */
  fault: (request: SeenRequest) => ApiFault | undefined = () => undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "sluice-proxy-"));
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: Target,
    context: string,
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.receive(request, response));
    writeFileSync(this.kubeconfig, kubeconfigOf(context, (server.address() as AddressInfo).port), { mode: 0o600 });
  }

  /** Opens a proxy to the API server of the suite's lab. */
  static async open(): Promise<ApiProxy> {
    const { kubeconfig, context } = labInfo(testLab);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ApiProxy(server, targetOf(kubeconfig), context);
  }

  /** The variables by which `sluice`, told of no other cluster, comes this way: those of `sluice lab env`. */
  get env(): Record<string, string> {
    return { ...labEnvironment(), KUBECONFIG: this.kubeconfig };
  }

  /** Waits for a request, or its answer, unless it has come already. */
  async until(wanted: (request: SeenRequest) => boolean): Promise<SeenRequest> {
    for (;;) {
      const found = this.requests.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Breaks all connections that are open off; new ones may be made. */
  breakOff(): void {
    this.server.closeAllConnections();
  }

  close(): void {
    this.breakOff();
    this.server.close();
    this.target.agent.destroy();
    rmSync(this.folder, { recursive: true });
  }

  private get kubeconfig(): string {
    return join(this.folder, "kubeconfig");
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url: path = "/", headers } = request;
    const arrived: SeenRequest = { method, path, client: headers["user-agent"] ?? "", at: Date.now() };
    const fault = this.fault(arrived);
    const seen = { ...arrived, ...(fault && { fault }) };
    this.requests.push(seen);
    this.wake();
    if (fault === "reset") request.socket.destroy();
    else if (fault === undefined) this.pass(request, response, seen);
    else if (fault !== "hung") refuse(response, fault);
  }

  private pass(request: IncomingMessage, response: ServerResponse, seen: SeenRequest): void {
    const { method, path } = seen;
    const onward = send({ ...this.target, method, path, headers: request.headers }, (answer) => {
      const { statusCode = 502, headers } = answer;
      seen.status = statusCode;
      response.writeHead(statusCode, headers);
      // A watch's events must not wait for one another.
      response.flushHeaders();
      answer.on("end", () => (seen.answeredAt = Date.now())).pipe(response);
      this.wake();
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** What an API server that is busy answers now and then. */
const busy: readonly ApiFault[] = [
  { status: 503, reason: "ServiceUnavailable" },
  { status: 429, reason: "TooManyRequests", retryAfter: 1 },
  { status: 500, reason: "etcdserver: leader changed" },
  { status: 504, reason: "Timeout" },
  "reset",
];

/** An API server that is busy: it refuses Sluice's first request to each path, in one way after the other. */
export function busyAtFirst(): ApiProxy["fault"] {
  const met = new Set<string>();
  return ({ client, method, path }) => {
    const isNew = !/pulumi/i.test(client) && !met.has(`${method} ${path}`);
    met.add(`${method} ${path}`);
    return isNew ? busy[met.size % busy.length] : undefined;
  };
}

interface Target {
  readonly host: string;
  readonly port: string;
  readonly agent: Agent;
}

function targetOf(kubeconfig: string): Target {
  const { clusters, users } = parse(readFileSync(kubeconfig, "utf8")) as {
    clusters: [{ cluster: Record<"server" | "certificate-authority-data", string> }];
    users: [{ user: Record<"client-certificate-data" | "client-key-data", string> }];
  };
  const { hostname, port } = new URL(clusters[0].cluster.server);
  const [ca, cert, key] = [
    clusters[0].cluster["certificate-authority-data"],
    users[0].user["client-certificate-data"],
    users[0].user["client-key-data"],
  ].map((data) => Buffer.from(data, "base64"));
  return { host: hostname, port, agent: new Agent({ ca, cert, key, keepAlive: true }) };
}

/** Under the context's own name, so that a stack that is reached now so and now so is on one cluster. */
function kubeconfigOf(context: string, port: number): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: context, cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: context, user: {} }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    "current-context": context,
  });
}

/** As the API server says no. */
function refuse(response: ServerResponse, { status, reason, retryAfter }: Exclude<ApiFault, string>): void {
  response.writeHead(status, {
    "Content-Type": "application/json",
    ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
  });
  const body = {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code: status,
    reason,
    message: `${reason}, as told`,
  };
  response.end(JSON.stringify(body));
}
