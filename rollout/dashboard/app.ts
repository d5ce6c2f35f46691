import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { createActionHandler } from "./actions";
import type { DashboardSources } from "./data";
import { createFeed } from "./feed";
import { ownHostOnly, ownPageOnly, ownSiteOnly, protectPage, refuse, type DashboardEnv } from "./guard";
import { readDocument, readPageFiles } from "./page";

/** The parts of a dashboard. */
export interface DashboardOptions {
  readonly sources: DashboardSources;
  /** Proves that an action comes from the page: letters, digits, `-` and `_`; random by default. */
  readonly token?: string;
}

/**
 * The dashboard's page, its events and its actions. It must be served by {@link serveDashboard}, as it tells by the
 * connection's port under which names it may be asked.
 *
 * @throws Error for a token of other characters, which could end the attribute that it stands in.
 */
export function createDashboard({
  sources,
  token = randomBytes(32).toString("base64url"),
}: DashboardOptions): Hono<DashboardEnv> {
  if (!/^[\w-]+$/.test(token)) throw new Error("The dashboard's token must consist of letters, digits, - and _.");
  const document = readDocument(token);
  const files = readPageFiles();
  const app = new Hono<DashboardEnv>();

  app.use(...protectPage(), ownHostOnly);
  app.get("/", (context) => context.html(document));
  app.use("/*", ownSiteOnly);
  app.get("/events", createFeed(sources));
  app.get("/page/:name", (context) => {
    const file = files.get(context.req.param("name"));
    return file ? context.body(file.text, 200, { "Content-Type": file.type }) : context.notFound();
  });
  app.post("/actions/:action", ownPageOnly(token), createActionHandler(sources));
  app.all("/actions/:action", (context) => {
    context.header("Allow", "POST");
    return refuse(context, 405, "An action must be sent by POST.");
  });
  app.notFound((context) => refuse(context, 404, "Not found: the dashboard is at /."));
  return app;
}
