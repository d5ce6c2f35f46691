import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestSecured } from "node:https";
import pRetry, { AbortError } from "p-retry";
import prettyMilliseconds from "pretty-ms";

/** One POST of a JSON body. */
export interface Post {
  readonly url: URL;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that one try may take, until its answer's body has ended. */
  readonly timeout: number;
  /** How many times it is sent again if there was no answer, or 429 or 5xx. */
  readonly retries: number;
  /** Milliseconds before the first retry, doubled with each further one up to 30 s; 1 s by default. */
  readonly firstWait?: number;
  readonly signal?: AbortSignal;
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  /** As text, up to {@link bodyLimit} bytes of it. */
  readonly body: string;
}

/** Of an answer's body, this many bytes are read. */
export const bodyLimit = 65_536;

/** Go's client, which Flagger uses, follows as many. */
const redirectLimit = 10;

/**
 * Sends a POST and follows redirects as Go's client does: after 307 and 308 it is sent again as it was, after 301, 302
 * and 303 the new place is asked by a GET without a body.
 *
 * `fetch` is not used, as it gives up after five minutes and some webhooks, such as those that run tests, take longer.
 *
 * @throws Error if there was no whole answer, with the reason as its message; the signal's reason if it was aborted.
 */
export async function post({ retries, firstWait = 1_000, signal, ...call }: Post): Promise<Answer> {
  try {
    return await pRetry(() => attempt(call, signal), {
      retries,
      factor: 2,
      minTimeout: firstWait,
      maxTimeout: 30_000,
      ...(signal && { signal }),
      shouldRetry: () => signal?.aborted !== true,
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof WorthRetrying) return error.answer;
    throw error;
  }
}

/** An answer that says that another try may go better; the last one is returned anyway. */
class WorthRetrying extends Error {
  constructor(readonly answer: Answer) {
    super(`answered ${answer.status}`);
  }
}

/** What is sent on the way, which redirects change. */
interface Sent {
  readonly method: "POST" | "GET";
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function attempt(
  { url, body, headers, timeout }: Omit<Post, "retries">,
  outer: AbortSignal | undefined,
): Promise<Answer> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeout);
  outer?.addEventListener("abort", abort, { once: true });
  if (outer?.aborted) abort();
  let status: number | undefined;
  try {
    const sent: Sent = {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        "user-agent": "sluice",
        ...headers,
      },
    };
    const response = await follow(url, sent, controller.signal, redirectLimit);
    status = response.statusCode ?? 0;
    const answer = { status, body: await readBody(response) };
    if (isWorthRetrying(status)) throw new WorthRetrying(answer);
    return answer;
  } catch (error) {
    if (error instanceof WorthRetrying || error instanceof AbortError) throw error;
    const reason = whyNoAnswer(error, controller.signal.aborted ? timeout : undefined, status);
    // As under Flagger, what was taken but not answered to the end is not sent again: it may have had its effect.
    throw status === undefined || isWorthRetrying(status) ? reason : new AbortError(reason);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

function isWorthRetrying(status: number): boolean {
  return status === 429 || status >= 500;
}

async function follow(url: URL, sent: Sent, signal: AbortSignal, redirectsLeft: number): Promise<IncomingMessage> {
  const response = await ask(url, sent, signal);
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return response;
  response.destroy();
  if (redirectsLeft === 0) throw new AbortError(`it redirected more than ${redirectLimit} times`);
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next === undefined || !["http:", "https:"].includes(next.protocol))
    throw new AbortError(`it redirected (${status}) to something other than an http or https URL`);
  const onward: Sent = status >= 307 ? sent : { method: "GET", body: "", headers: { "user-agent": "sluice" } };
  return follow(next, onward, signal, redirectsLeft - 1);
}

function ask(url: URL, { method, body, headers }: Sent, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one kept alive may be closed by the other side just as it is used again.
    const options = { method, headers, signal, agent: false };
    const outgoing =
      url.protocol === "https:" ? requestSecured(url, options, resolve) : requestPlain(url, options, resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bodyLimit) break;
  }
  return Buffer.concat(chunks).subarray(0, bodyLimit).toString("utf8");
}

function whyNoAnswer(error: unknown, timeout: number | undefined, status: number | undefined): Error {
  const begun = status === undefined ? "no answer" : `an answer (${status}) that did not end`;
  if (timeout !== undefined) return new Error(`${begun} within ${prettyMilliseconds(timeout)}`, { cause: error });
  const { code, message } = error as NodeJS.ErrnoException;
  // Node gives an empty message where several addresses of one name were tried.
  return new Error(`${begun}: ${message === "" ? (code ?? "the connection failed") : message}`, { cause: error });
}
