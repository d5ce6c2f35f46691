import { timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** What the dashboard's handlers know of a request: the connection it came by. */
export interface DashboardEnv {
  readonly Bindings: HttpBindings;
}

/** The header that an action carries its token in. */
export const tokenHeader = "X-CSRF-Token";

/** Restricts a page to the dashboard's own files, and forbids frames and caching. */
export function protectPage(): MiddlewareHandler<DashboardEnv>[] {
  return [
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        // Chromium then refuses innerHTML and its like altogether.
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
      xFrameOptions: "DENY",
      strictTransportSecurity: false,
    }),
    async (context, next) => {
      await next();
      context.res.headers.set("Cache-Control", "no-store");
    },
  ];
}

/**
 * Refuses requests that were sent under another name than this server's: a page of `evil.example` whose name was
 * made to lead to 127.0.0.1 (DNS rebinding) would be of one origin with what it then reads here.
 */
export const ownHostOnly: MiddlewareHandler<DashboardEnv> = async (context, next) => {
  const { localPort } = context.env.incoming.socket;
  const allowed = ["127.0.0.1", "localhost"].map((name) => new URL(`http://${name}:${localPort}`).host);
  if (!allowed.includes(hostOf(context)))
    return refuse(context, 403, `The dashboard is at http://${allowed[0]}/ only.`);
  return next();
};

/** Refuses what another site's page makes a browser fetch; links to the page itself are not of these. */
export const ownSiteOnly: MiddlewareHandler<DashboardEnv> = async (context, next) => {
  const site = context.req.header("Sec-Fetch-Site");
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return refuse(context, 403, "Only the dashboard's own page may request this.");
  return next();
};

/**
 * Lets through only what the dashboard's own page sends. hono's own `csrf` looks at forms alone, and is content with
 * either of the two headers.
 */
export function ownPageOnly(token: string): MiddlewareHandler<DashboardEnv> {
  return async (context, next) => {
    if (context.req.header("Origin") !== `http://${hostOf(context)}`)
      return refuse(context, 403, "An action must come from the dashboard's own page: this Origin differs.");
    const type = context.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json")
      return refuse(context, 415, "An action must be sent with Content-Type: application/json.");
    if (!isSame(context.req.header(tokenHeader) ?? "", token))
      return refuse(context, 403, "The page is from another run of the dashboard: reload it.");
    return next();
  };
}

/** An answer that says why not, in the form in which the page shows it. */
export function refuse(context: Context, status: 400 | 403 | 404 | 405 | 409 | 415 | 500, message: string): Response {
  return context.json({ message }, status);
}

function hostOf(context: Context): string {
  return context.req.header("Host")?.toLowerCase() ?? "";
}

function isSame(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
