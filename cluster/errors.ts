import { ApiException } from "@kubernetes/client-node";
import { UserError } from "../progress/user-error";

/**
 * What kind of failure a request to a cluster ended in:
 * - `unavailable`: nothing is wrong with the request, and it may be sent again: nobody answers, or the API server is busy;
 * - `credentials`: the API server or its certificate does not fit the kubeconfig, which may be renewed meanwhile;
 * - `forbidden`: the account may not do it;
 * - `conflict`: somebody else has changed or created the object;
 * - `not found`: the object or its kind is not there;
 * - `refused`: anything else that the API server has against the request.
 */
export type FailureKind = "unavailable" | "credentials" | "forbidden" | "conflict" | "not found" | "refused";

/** What the API server says of a failed request. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly field?: string; readonly message?: string; readonly reason?: string }[];
  };
}

/** The status and text of an unsuccessful answer. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: Status;
  /** The header of this name. */
  readonly retryAfter?: string;
}

/** Thrown if a request to a cluster fails; its message is one line. */
export class ClusterError extends UserError {
  override readonly code = "SLUICE1301";

  constructor(
    readonly kind: FailureKind,
    message: string,
    /** What the API server answered; nothing if it did not answer. */
    readonly answer?: FailedAnswer,
    /** True if a connection was open, and broke before an answer. */
    readonly isBrokenOff = false,
  ) {
    super(message);
  }

  /** Milliseconds that the API server asks to wait; 0 if it doesn't. */
  get retryAfter(): number {
    const seconds = this.answer?.retryAfter ?? this.answer?.body.details?.retryAfterSeconds ?? 0;
    const number = Number(seconds);
    return Number.isFinite(number) && number > 0 ? number * 1000 : 0;
  }
}

/**
 * A failed request to a cluster, whichever client has sent it: Kubernetes' or `fetch`.
 *
 * @returns nothing for an error of any other kind, such as a mistake of the program.
 */
export function clusterErrorOf(error: unknown): ClusterError | undefined {
  if (error instanceof ClusterError) return error;
  if (error instanceof ApiException) {
    const answer = {
      status: error.code,
      body: statusIn(error.body),
      retryAfter: error.headers?.["retry-after"],
    };
    return new ClusterError(kindOf(error.code), inWords(answer), answer);
  }
  const code = codeOf(error);
  const kind = code === undefined ? undefined : kindOfCode(code);
  return (
    kind &&
    new ClusterError(kind, firstLine((error as Error).message) || String(code), undefined, code === "ECONNRESET")
  );
}

/** True if the same request may succeed later, unchanged: there was no answer, or credentials have expired. */
export function isRetryable(error: unknown): boolean {
  const kind = failureKind(error);
  return kind === "unavailable" || kind === "credentials";
}

/** The kind of a failed request, if it was one to a cluster. */
export function failureKind(error: unknown): FailureKind | undefined {
  return clusterErrorOf(error)?.kind;
}

/** The kind of failure that an HTTP status means. @see https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go */
export function kindOf(status: number): FailureKind {
  if (status === 401) return "credentials";
  if (status === 403) return "forbidden";
  if (status === 404) return "not found";
  if (status === 409) return "conflict";
  // 501 and 505 stay as they are, however often one asks. A webhook that is down, or an election in etcd, is a 500.
  const isBusy = status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
  return isBusy ? "unavailable" : "refused";
}

/** Node's codes for connections that can't be made, or break; the ones that begin so belong to its HTTP client. */
const connectionCodes = new Set(
  "ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENOTFOUND EAI_AGAIN EPROTO ERR_STREAM_PREMATURE_CLOSE".split(
    " ",
  ),
);
const connectionPrefixes = ["UND_ERR_", "ERR_SOCKET_", "HPE_"];

/** OpenSSL's codes for certificates that can't be trusted. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateCode =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;

function kindOfCode(code: string): FailureKind | undefined {
  if (connectionCodes.has(code) || connectionPrefixes.some((prefix) => code.startsWith(prefix))) return "unavailable";
  return certificateCode.test(code) ? "credentials" : undefined;
}

/** The code of an error, or of what has caused it. */
function codeOf(error: unknown, depth = 5): string | undefined {
  if (typeof error !== "object" || error === null || depth === 0) return undefined;
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  // AbortSignal.timeout has a name, and a number for a code.
  if (name === "TimeoutError") return "ETIMEDOUT";
  return typeof code === "string" ? code : codeOf(cause, depth - 1);
}

/** `503 ServiceUnavailable: the server is currently unable to handle the request`. */
export function inWords({ status, body: { reason, message } }: FailedAnswer): string {
  const name = [String(status), ...(reason ? [reason] : [])].join(" ");
  return message ? `${name}: ${firstLine(message)}` : `HTTP status ${name}`;
}

/** A body as the API server's Status; a proxy in between may answer with a page of its own, and the client as a text. */
export function statusIn(body: unknown): Status {
  if (typeof body === "object" && body !== null) return body;
  try {
    const value: unknown = JSON.parse(String(body));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The first line of a text. */
export function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
