import type { Agent as HttpAgent } from "node:http";
import { Agent } from "node:https";
import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  ResponseContext,
  type KubeConfig,
  type RequestContext,
} from "@kubernetes/client-node";
import pRetry from "p-retry";
import {
  ClusterError,
  clusterErrorOf,
  failureKind,
  firstLine,
  inWords,
  kindOf,
  statusIn,
  type FailedAnswer,
} from "./errors";

/** Milliseconds for an answer, unless a request says otherwise. */
const timeoutMilliseconds = 5000;

/** How often a busy API server is asked again, and after how many milliseconds. */
const busyPace = { retries: 3, minTimeout: 250, maxTimeout: 1000 };

/** A cluster, as a kubeconfig names it. */
export interface ConnectionTarget {
  readonly name: string;
  readonly server: string;
  readonly kubeConfig: KubeConfig;
  /** Reads the kubeconfig again, for credentials that have run out: it may be another file by now, and its programs run again. */
  readonly reload: () => KubeConfig;
}

/**
 * Sends requests to one cluster: with its credentials, which are renewed once they are refused, and over connections that
 * are kept. Whatever fails is a {@link ClusterError}, except for a request whose own signal was aborted.
 */
export class ClusterConnection {
  private readonly http = new IsomorphicFetchHttpLibrary();
  private agent?: HttpAgent;
  private clock?: { readonly server: number; readonly own: number };
  private failedAt = -Infinity;

  constructor(private readonly target: ConnectionTarget) {}

  /**
   * Sends a request, once more if the credentials are refused, and some times more if the API server is busy.
   *
   * @param timeout milliseconds for the whole answer.
   */
  async send(request: RequestContext, timeout = timeoutMilliseconds): Promise<ResponseContext> {
    return pRetry(() => this.sendWithCredentials(request, timeout), {
      ...busyPace,
      signal: request.getSignal(),
      shouldRetry: ({ error }) => isBusy(request, error),
    });
  }

  private async sendWithCredentials(request: RequestContext, timeout: number): Promise<ResponseContext> {
    try {
      return await this.sendOnce(request, timeout).catch((error: unknown) => {
        if (failureKind(error) !== "credentials") throw error;
        this.renew();
        return this.sendOnce(request, timeout);
      });
    } catch (error) {
      if (failureKind(error) === "unavailable" && !isPassedOn(request, error)) this.failedAt = performance.now();
      throw error;
    }
  }

  /** The API server's time in milliseconds since 1970, as of its last answer, in whole seconds; this machine's before the first. */
  now(): number {
    return this.clock ? this.clock.server + performance.now() - this.clock.own : Date.now();
  }

  /** True if the API server has left a request unanswered since then, by `performance.now()`. */
  hasFailedSince(time: number): boolean {
    return this.failedAt >= time;
  }

  private renew(): void {
    this.agent = undefined;
    try {
      // Other code holds the same object, so replace its fields instead of the object.
      Object.assign(this.target.kubeConfig, this.target.reload());
    } catch {
      // The file may be half written. Then report the API server's refusal of the old credentials.
    }
  }

  private async sendOnce(request: RequestContext, timeout: number): Promise<ResponseContext> {
    const own = request.getSignal();
    const limit = AbortSignal.timeout(timeout);
    request.setSignal(own ? AbortSignal.any([own, limit]) : limit);
    try {
      await this.authenticate(request, limit);
      const answer = await this.http.send(request).toPromise();
      const text = await answer.body.text();
      this.readClock(answer.headers["date"]);
      if (answer.httpStatusCode >= 400) throw this.refused(request, answer, text);
      const body = { text: () => Promise.resolve(text), binary: () => Promise.resolve(Buffer.from(text)) };
      return new ResponseContext(answer.httpStatusCode, answer.headers, body);
    } catch (error) {
      own?.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      // The kept connection itself may be broken.
      this.agent = undefined;
      throw this.unanswered(error, limit.aborted ? timeout : undefined);
    } finally {
      // A retry needs its own signal: the first one may be aborted already.
      request.setSignal(own as AbortSignal);
    }
  }

  /** Credentials may come from a program, which may fail or hang. */
  private async authenticate(request: RequestContext, limit: AbortSignal): Promise<void> {
    const { kubeConfig, name, server } = this.target;
    try {
      await Promise.race([kubeConfig.applySecurityAuthentication(request), aborted(limit)]);
    } catch (error) {
      if (limit.aborted || clusterErrorOf(error)) throw error;
      const reason = firstLine((error as Error).message);
      throw new ClusterError(
        "credentials",
        `the cluster ${name} (${server}) can't be reached: the kubeconfig gives no credentials: ${reason}`,
      );
    }
    const agent = request.getAgent();
    if (agent instanceof Agent) request.setAgent((this.agent ??= new Agent({ ...agent.options, keepAlive: true })));
  }

  private readClock(date: string | undefined): void {
    const server = Date.parse(date ?? "");
    if (!Number.isNaN(server)) this.clock = { server, own: performance.now() };
  }

  private unanswered(error: unknown, timeout: number | undefined): Error {
    const { name, server } = this.target;
    const failure = timeout === undefined ? clusterErrorOf(error) : undefined;
    if (timeout === undefined && !failure) return error as Error;
    const reason = timeout === undefined ? reasonOf(error as Error) : `no answer within ${timeout / 1000} s`;
    return new ClusterError(
      failure?.kind ?? "unavailable",
      `the cluster ${name} (${server}) can't be reached: ${reason}`,
      undefined,
      failure?.isBrokenOff,
    );
  }

  private refused(request: RequestContext, { httpStatusCode, headers }: ResponseContext, text: string): ClusterError {
    const answer = { status: httpStatusCode, body: statusIn(text), retryAfter: headers["retry-after"] };
    return new ClusterError(kindOf(httpStatusCode), this.complaintOf(request, answer), answer);
  }

  private complaintOf(request: RequestContext, answer: FailedAnswer): string {
    const what = describeRequest(request);
    const { message } = answer.body;
    switch (kindOf(answer.status)) {
      case "credentials":
        return `the API server of ${this.target.name} does not accept the kubeconfig's credentials: log in to the cluster again`;
      case "forbidden":
        return `the account may not ${what}${message ? ` (${firstLine(message)})` : ""}: grant it that right, or use another account`;
      default:
        return `the API server can't ${what}: ${inWords(answer)}`;
    }
  }
}

/**
 * True if a moment later the answer may be another one, and asking again does no harm: for a request that changes nothing,
 * or that the API server has put off without a look at it. If nobody answers at all, that has taken its time already.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/rest (`withRetry`, which does likewise)
 */
function isBusy(request: RequestContext, error: unknown): boolean {
  if (isPassedOn(request, error) || failureKind(error) !== "unavailable") return false;
  const { answer, isBrokenOff } = clusterErrorOf(error) ?? {};
  const changesNothing = request.getHttpMethod() === HttpMethod.GET || /[?&]dryRun=All\b/.test(request.getUrl());
  return answer?.status === 429 || (changesNothing && (answer !== undefined || isBrokenOff === true));
}

/** True for an answer from a backend of the API server, which doesn't show whether the API server itself works. */
function isPassedOn(request: RequestContext, error: unknown): boolean {
  return /\/proxy(\/|$)/.test(new URL(request.getUrl()).pathname) && clusterErrorOf(error)?.answer !== undefined;
}

const verbs: Readonly<Partial<Record<HttpMethod, string>>> = {
  [HttpMethod.POST]: "create",
  [HttpMethod.PUT]: "update",
  [HttpMethod.PATCH]: "patch",
  [HttpMethod.DELETE]: "delete",
};

/** `list pods in namespace demo`: verb and resource as a Role names them; `get /version` for what no Role names. */
export function describeRequest(request: Pick<RequestContext, "getUrl" | "getHttpMethod">): string {
  const { pathname } = new URL(request.getUrl());
  const method = request.getHttpMethod();
  const match =
    /\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      pathname,
    );
  const verb = verbs[method] ?? (match && match[4] === undefined ? "list" : "get");
  if (!match) return `${verb} ${pathname}`;
  const [, group, namespace, resource = "", name, part] = match;
  const kind = [resource, ...(part ? [part] : [])].join("/") + (group ? `.${group}` : "");
  return [
    verb,
    kind,
    ...(name ? [decodeURIComponent(name)] : []),
    ...(namespace ? [`in namespace ${namespace}`] : []),
  ].join(" ");
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
}

/** The message of a failed request repeats its URL in front of the reason. */
function reasonOf({ message }: Error): string {
  return firstLine(message).replace(/^request to \S+ failed, reason: /, "");
}
