import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { UserError } from "../../progress/user-error";
import type { DashboardEnv } from "./guard";

/** The port of a dashboard, and the signal that ends it. */
export interface ServeOptions {
  /** A port of the loopback; any free one for 0. */
  readonly port: number;
  /** Ends the server, and the pages' connections with it. */
  readonly signal: AbortSignal;
}

/** A dashboard that is being served. */
export interface ServedDashboard {
  /** The page's address: `http://127.0.0.1:8080/`. */
  readonly url: string;
  /** Fulfilled when the server has ended. */
  readonly closed: Promise<void>;
}

/**
 * Serves a dashboard on 127.0.0.1, which only this machine can reach.
 *
 * @throws UserError if the port can't be had; the signal's reason if it was aborted before.
 */
export async function serveDashboard(
  app: Hono<DashboardEnv>,
  { port, signal }: ServeOptions,
): Promise<ServedDashboard> {
  signal.throwIfAborted();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(whyNotServed(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, closed };
}

function whyNotServed(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new UserError(`Port ${port} of 127.0.0.1 is in use: choose another, or 0 for any free port.`, "SLUICE1006");
  if (error.code === "EACCES")
    return new UserError(`Port ${port} may not be used: choose one from 1024 to 65535.`, "SLUICE1006");
  return error;
}
