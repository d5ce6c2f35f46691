import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on the loopback with what it has received. */
export interface TestServer {
  readonly url: string;
  readonly received: Received[];
  close(): void;
}

/** Answers the request that is the index-th, from 0 on. */
export type Responder = (response: ServerResponse, index: number, received: Received) => void;

/** A real server on a free port of the loopback. */
export async function serve(respond: Responder): Promise<TestServer> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      respond(response, received.length - 1, one);
    });
  };
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Answers every request the same. */
export function answering(status: number, body = "", headers: Record<string, string> = {}): Responder {
  return (response) => response.writeHead(status, headers).end(body);
}

/** A port of the loopback on which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = await serve(answering(200));
  server.close();
  return server.url;
}
