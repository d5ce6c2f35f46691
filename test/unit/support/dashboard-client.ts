import { once } from "node:events";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { createDashboard, serveDashboard, type DashboardSources } from "../../../rollout/dashboard";

/** The token of the dashboards of the tests. */
export const token = "token-of-this-run";

/** A request to a dashboard. */
export interface DashboardRequest {
  readonly method?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
}

/** Asks a dashboard as no browser would: every header, Host too, is the test's. */
export class DashboardClient {
  constructor(readonly url: URL) {}

  async open(
    path: string,
    { method = "GET", headers = {}, body = "" }: DashboardRequest = {},
  ): Promise<IncomingMessage> {
    const own = { host: this.url.host, ...headers };
    const outgoing = request(new URL(path, this.url), { method, agent: false, headers: own });
    outgoing.end(body);
    return ((await once(outgoing, "response")) as [IncomingMessage])[0];
  }

  async ask(path: string, request?: DashboardRequest) {
    const response = await this.open(path, request);
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  /** The headers of an action as the page sends it. */
  goodHeaders(): Record<string, string> {
    return {
      origin: this.url.origin,
      "sec-fetch-site": "same-origin",
      "content-type": "application/json",
      "x-csrf-token": token,
    };
  }

  /** Posts an action as the page does, but for some headers; those that are undefined are left out. */
  async post(path: string, changes: Record<string, string | undefined> = {}, body = "{}") {
    const headers = Object.entries({ ...this.goodHeaders(), ...changes }).filter(([, value]) => value !== undefined);
    const answer = await this.ask(path, { method: "POST", headers: Object.fromEntries(headers), body });
    return { status: answer.status, message: (JSON.parse(answer.body) as { message: string }).message };
  }
}

/** What a suite's tests have of a dashboard that is served anew for each of them. */
export interface ServedForTest {
  client: DashboardClient;
  /** Ends the server. */
  stop: AbortController;
}

/** Serves a dashboard for each test of a suite. */
export function useDashboard(sources: () => DashboardSources): ServedForTest {
  const served = {} as ServedForTest;
  beforeEach(async () => {
    served.stop = new AbortController();
    const app = createDashboard({ sources: sources(), token });
    const { url } = await serveDashboard(app, { port: 0, signal: served.stop.signal });
    served.client = new DashboardClient(new URL(url));
  });
  afterEach(() => served.stop.abort());
  return served;
}
