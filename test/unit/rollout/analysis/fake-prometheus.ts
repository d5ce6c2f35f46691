import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A query as it came in. */
export interface SeenQuery {
  readonly method?: string;
  /** The path, without its query. */
  readonly path: string;
  readonly promql: string;
  readonly headers: IncomingMessage["headers"];
}

/** What is sent back; nothing leaves the asker waiting. */
export type Reply = { readonly status?: number; readonly body: string } | undefined;

/** A local HTTP server that plays Prometheus. */
export class FakePrometheus {
  readonly seen: SeenQuery[] = [];
  private readonly server: Server;

  constructor(private readonly reply: (query: SeenQuery) => Reply) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://local");
    const sent = new URLSearchParams(await text(request));
    const query = {
      method: request.method,
      path: pathname,
      promql: sent.get("query") ?? searchParams.get("query") ?? "",
      headers: request.headers,
    };
    this.seen.push(query);
    const reply = this.reply(query);
    if (reply) response.writeHead(reply.status ?? 200, { "Content-Type": "application/json" }).end(reply.body);
  }
}

/** A vector of series, each by its labels and its value as Prometheus writes it. */
export function vector(...series: readonly (readonly [labels: Record<string, string>, value: string])[]): Reply {
  const result = series.map(([metric, value]) => ({ metric, value: [1700000000.123, value] }));
  return success("vector", result);
}

/** An answer of any type. */
export function success(resultType: string, result: unknown): Reply {
  return { body: JSON.stringify({ status: "success", data: { resultType, result } }) };
}

/** An error as Prometheus says it. */
export function failure(status: number, errorType: string, error: string): Reply {
  return { status, body: JSON.stringify({ status: "error", errorType, error }) };
}
