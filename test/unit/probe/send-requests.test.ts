import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sendAll, sendRequests, type ProbeAnswer, type ProbeJob } from "../../../probe/send-requests";
import { UserError } from "../../../progress/user-error";

const { signal } = new AbortController();

/** The answers without their durations, which are checked to be one for each request. */
function withoutTimes(answers: readonly ProbeAnswer[]): Omit<ProbeAnswer, "milliseconds">[] {
  return answers.map(({ milliseconds, ...answer }) => {
    assert.equal(milliseconds.length, answer.times);
    assert.ok(milliseconds.every((one) => one >= 0));
    return answer;
  });
}

describe("sendRequests and sendAll", function () {
  this.timeout(60_000);
  let server: Server;
  let port: number;
  let seen: IncomingMessage[];
  let connections: number;

  beforeEach(async () => {
    seen = [];
    connections = 0;
    const served = new Set<unknown>();
    server = createServer((request, response) => {
      seen.push(request);
      // As nginx does by a reload: a connection that was kept goes while a request is on its way.
      const isKept = served.has(request.socket);
      served.add(request.socket);
      if (request.url === "/reloads" && isKept) return void request.socket.resetAndDestroy();
      if (request.url === "/resets") return void request.socket.resetAndDestroy();
      if (request.url === "/server") response.setHeader("Server", "nginx/1.27.3");
      response.statusCode = request.url === "/missing" ? 404 : 200;
      response.end(seen.length % 4 === 0 ? "nginx-v2" : "nginx-v1");
    });
    server.on("connection", () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const job = (changes: Partial<ProbeJob> = {}): ProbeJob => ({
    address: "127.0.0.1",
    port,
    host: "www.test.com",
    path: "/",
    count: 40,
    ...changes,
  });

  it("sends exactly as many as asked, and counts equal answers together", async () => {
    const answers = await sendRequests([], job(), signal);
    assert.equal(seen.length, 40);
    const times = new Map(answers.map((answer) => [`${answer.status} ${answer.body}`, answer.times]));
    assert.deepEqual([...times].sort(), [
      ["200 nginx-v1", 30],
      ["200 nginx-v2", 10],
    ]);
  });

  it("asks for the host, the path and with the headers of the job", async () => {
    await sendRequests(
      [],
      job({ path: "/shop", headers: { Region: "shenzhen", Cookie: "trial=always" }, count: 1 }),
      signal,
    );
    const [request] = seen;
    assert.equal(request?.headers.host, "www.test.com");
    assert.equal(request?.url, "/shop");
    assert.deepEqual([request?.headers["region"], request?.headers.cookie], ["shenzhen", "trial=always"]);
  });

  it("tells other statuses as they are", async () => {
    const answers = await sendRequests([], job({ path: "/missing", count: 3 }), signal);
    assert.deepEqual(withoutTimes(answers), [{ status: 404, body: "nginx-v1", times: 3 }]);
  });

  it("tells the Server header where there is one", async () => {
    const answers = await sendRequests([], job({ path: "/server", count: 2 }), signal);
    assert.deepEqual(withoutTimes(answers), [{ status: 200, server: "nginx/1.27.3", body: "nginx-v1", times: 2 }]);
  });

  it("counts what goes wrong at a closed port", async () => {
    server.close();
    await new Promise((resolve) => setImmediate(resolve));
    const answers = await sendRequests([], job({ count: 5 }), signal);
    assert.deepEqual(withoutTimes(answers), [{ error: "ECONNREFUSED", times: 5 }]);
  });

  it("runs behind the client's command", async () => {
    const answers = await sendRequests(["env", "--"], job({ count: 2 }), signal);
    assert.deepEqual(withoutTimes(answers), [{ status: 200, body: "nginx-v1", times: 2 }]);
  });

  it("keeps few connections, unless each request is to have its own", async () => {
    await sendRequests([], job({ count: 40 }), signal);
    assert.ok(connections >= 1 && connections <= 8, `${connections} connections`);
    connections = 0;
    await sendRequests([], job({ count: 40, keepAlive: false }), signal);
    assert.deepEqual([connections, seen.length], [40, 80]);
  });

  it("asks anew where a kept connection goes, as browsers do, and tells of a new one that does", async () => {
    const job = { address: "127.0.0.1", port, host: "www.test.com", count: 20, keepAlive: true };
    const kept = await sendRequests([], { ...job, path: "/reloads" }, signal);
    assert.deepEqual([...new Set(kept.map(({ error, status }) => error ?? status))], [200]);
    assert.equal(
      kept.reduce((sum, { times }) => sum + times, 0),
      20,
    );
    assert.ok(seen.length > 20, "some were reset");
    const fresh = await sendRequests([], { ...job, path: "/resets" }, signal);
    assert.deepEqual(withoutTimes(fresh), [{ error: "ECONNRESET", times: 20 }]);
  });

  it("sends exactly as many where they are spread over a time", async () => {
    const answers = await sendRequests([], job({ count: 12, seconds: 0.2 }), signal);
    assert.equal(seen.length, 12);
    const times = withoutTimes(answers).map((answer) => answer.times);
    assert.equal(
      times.reduce((sum, one) => sum + one, 0),
      12,
    );
  });

  it("answers several jobs in their order, each by itself", async () => {
    const jobs = [
      job({ path: "/missing", count: 3 }),
      job({ path: "/server", count: 1, headers: { Region: "shenzhen" } }),
      job({ port: 1, count: 2 }),
    ];
    const [missing = [], server = [], closed = []] = await sendAll([], jobs, signal);
    const total = (answers: readonly ProbeAnswer[]) => answers.reduce((sum, { times }) => sum + times, 0);
    assert.deepEqual([missing, server, closed].map(total), [3, 1, 2]);
    assert.ok(missing.every(({ status }) => status === 404));
    assert.equal(server[0]?.server, "nginx/1.27.3");
    assert.deepEqual(withoutTimes(closed), [{ error: "ECONNREFUSED", times: 2 }]);
    const asked = seen.filter(({ headers }) => headers["region"] === "shenzhen").map(({ url }) => url);
    assert.deepEqual(asked, ["/server"]);
  });

  it("has nothing to say of no jobs", async () => assert.deepEqual(await sendAll([], [], signal), []));

  it("says which client can't send", async () => {
    await assert.rejects(
      sendRequests(["sluice-no-such-program"], job(), signal),
      (error: Error) => error instanceof UserError && error.message.includes("from sluice-no-such-program"),
    );
  });

  it("ends when it is interrupted", async () => {
    const controller = new AbortController();
    controller.abort(new Error("interrupted"));
    await assert.rejects(sendRequests([], job(), controller.signal), /interrupted/);
  });
});
