import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { UserError } from "../../../progress/user-error";
import { createDashboard, serveDashboard, type DashboardData } from "../../../rollout/dashboard";
import { token, useDashboard } from "../support/dashboard-client";
import { FakeSource, dashboardData, only } from "../support/dashboard-source";

describe("dashboard", () => {
  let source: FakeSource;
  const dashboard = useDashboard(() => only((source = new FakeSource())));

  it("is served on the loopback alone", () => assert.equal(dashboard.client.url.hostname, "127.0.0.1"));

  it("takes localhost for its name too", async () => {
    const host = `localhost:${dashboard.client.url.port}`;
    assert.equal((await dashboard.client.ask("/", { headers: { host } })).status, 200);
    assert.equal((await dashboard.client.post("/actions/pause", { host, origin: `http://${host}` })).status, 200);
  });

  it("refuses every request under another name, before anything else", async () => {
    const hosts = [
      "evil.example",
      `evil.example:${dashboard.client.url.port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `127.0.0.1.evil.example:${dashboard.client.url.port}`,
    ];
    for (const host of hosts) {
      for (const path of ["/", "/events", "/page/main.mjs", "/nothing"])
        assert.equal((await dashboard.client.ask(path, { headers: { host } })).status, 403, `${host} ${path}`);
      assert.equal(
        (await dashboard.client.post("/actions/pause", { host, origin: `http://${host}` })).status,
        403,
        host,
      );
    }
    assert.deepEqual([source.acted, source.reads], [[], 0]);
  });

  it("refuses events and files to other sites' pages, but can be linked to", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    assert.equal((await dashboard.client.ask("/events", { headers })).status, 403);
    assert.equal((await dashboard.client.ask("/page/main.mjs", { headers })).status, 403);
    assert.equal((await dashboard.client.ask("/", { headers })).status, 200);
    assert.equal(source.reads, 0);
  });

  it("sends with everything what keeps browsers from misusing it", async () => {
    for (const path of ["/", "/page/style.css", "/nothing", "/actions/pause"]) {
      const { headers } = await dashboard.client.ask(path);
      const policy = String(headers["content-security-policy"]).split("; ");
      for (const directive of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"])
        assert.ok(policy.includes(directive), `${path}: ${directive} in ${policy.join("; ")}`);
      assert.doesNotMatch(policy.join("; "), /unsafe|https?:/);
      assert.deepEqual(
        [headers["x-frame-options"], headers["x-content-type-options"], headers["cache-control"]],
        ["DENY", "nosniff", "no-store"],
        path,
      );
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
  });

  it("serves a document with the token, and without script or style in it", async () => {
    const { body, headers } = await dashboard.client.ask("/");
    assert.match(headers["content-type"] ?? "", /^text\/html/);
    assert.match(body, new RegExp(`<meta name="csrf-token" content="${token}" />`));
    assert.doesNotMatch(body, /<script(?![^>]* src="\/page\/)|<style|\sstyle=|\son\w+=|(?:src|href)="(?!\/page\/)/);
    const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
    assert.equal(files.length, 3);
    for (const path of files) assert.equal((await dashboard.client.ask(path)).status, 200, path);
  });

  it("serves every module that another one imports, and no other file", async () => {
    const seen = new Set<string>();
    const visit = async (name: string): Promise<void> => {
      if (seen.has(name)) return;
      seen.add(name);
      const { status, headers, body } = await dashboard.client.ask(`/page/${name}`);
      assert.deepEqual([status, headers["content-type"]], [200, "text/javascript; charset=utf-8"], name);
      for (const [, next = ""] of body.matchAll(/from "\.\/([^"]+)"/g)) await visit(next);
    };
    await visit("main.mjs");
    assert.ok(seen.size > 3);
    for (const path of ["/page/index.html", "/page/..%2fapp.ts", "/page/%2e%2e/app.ts", "/page/toString"])
      assert.equal((await dashboard.client.ask(path)).status, 404, path);
  });

  it("makes a token of its own for each run", async () => {
    const [first, second] = await Promise.all(
      [0, 1].map(async () => {
        const served = await serveDashboard(createDashboard({ sources: only(source) }), {
          port: 0,
          signal: dashboard.stop.signal,
        });
        return /csrf-token" content="([^"]*)"/.exec(await (await fetch(served.url)).text())?.[1];
      }),
    );
    assert.match(first ?? "", /^[\w-]{43}$/);
    assert.notEqual(first, second);
    assert.throws(() => createDashboard({ sources: only(source), token: '"><script>' }), /letters, digits/);
  });

  /** The events of a connection, one by one. */
  async function* events(response: IncomingMessage) {
    let rest = "";
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const parts = `${rest}${chunk}`.split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const fields = new Map(part.split("\n").map((line) => line.split(/: (.*)/s) as [string, string]));
        yield { event: fields.get("event"), data: JSON.parse(fields.get("data") ?? "") as DashboardData };
      }
    }
  }
  const nextOf = async (stream: ReturnType<typeof events>) => (await stream.next()).value ?? assert.fail("no event");

  it("streams the data as it changes, and why it can't be read", async () => {
    const response = await dashboard.client.open("/events");
    assert.equal(response.headers["content-type"], "text/event-stream");
    const stream = events(response);
    assert.deepEqual(await nextOf(stream), { event: undefined, data: source.data });
    source.data = dashboardData({ stack: "line 1\nline 2\r\n\nevent: forged" });
    assert.deepEqual(await nextOf(stream), { event: undefined, data: source.data });
    source.onRead = () => {
      throw new Error("the cluster does not answer");
    };
    assert.deepEqual(await nextOf(stream), { event: "problem", data: { message: "the cluster does not answer" } });
    source.onRead = () => {};
    assert.equal((await nextOf(stream)).event, undefined);
  });

  it("reads once for all pages", async () => {
    let finish = () => {};
    source.onRead = () => new Promise((resolve) => (finish = resolve));
    const responses = await Promise.all([
      dashboard.client.open("/events"),
      dashboard.client.open("/events"),
      dashboard.client.open("/events"),
    ]);
    finish();
    const first = await Promise.all(responses.map((response) => nextOf(events(response))));
    assert.deepEqual(first, Array(3).fill({ event: undefined, data: source.data }));
    assert.equal(source.reads, 1);
  });

  it("reads no more when all pages are gone", async () => {
    const response = await dashboard.client.open("/events");
    await nextOf(events(response));
    response.destroy();
    for (let reads = -1; reads !== source.reads; await new Promise((resolve) => setTimeout(resolve, 1_500)))
      reads = source.reads;
  });

  it("ends with its signal, open pages or not", async () => {
    const end = new AbortController();
    const served = await serveDashboard(createDashboard({ sources: only(source) }), { port: 0, signal: end.signal });
    const page = await fetch(new URL("/events", served.url));
    end.abort();
    await served.closed;
    await assert.rejects(page.text());
    await assert.rejects(fetch(served.url));
  });

  it("says that a port is taken", async () => {
    await assert.rejects(
      serveDashboard(createDashboard({ sources: only(source) }), {
        port: Number(dashboard.client.url.port),
        signal: dashboard.stop.signal,
      }),
      new UserError(
        `Port ${dashboard.client.url.port} of 127.0.0.1 is in use: choose another, or 0 for any free port.`,
        "SLUICE1006",
      ),
    );
  });
});
