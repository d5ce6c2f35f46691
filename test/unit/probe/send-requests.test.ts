import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sendRequests, type ProbeJob } from "../../../probe/send-requests";
import { UserError } from "../../../progress/user-error";

const { signal } = new AbortController();

describe("sendRequests", function () {
  this.timeout(60_000);
  let server: Server;
  let port: number;
  let seen: IncomingMessage[];

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push(request);
      response.statusCode = request.url === "/missing" ? 404 : 200;
      response.end(seen.length % 4 === 0 ? "nginx-v2" : "nginx-v1");
    });
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
    assert.deepEqual(answers, [{ status: 404, body: "nginx-v1", times: 3 }]);
  });

  it("counts what goes wrong at a closed port", async () => {
    server.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await sendRequests([], job({ count: 5 }), signal), [{ error: "ECONNREFUSED", times: 5 }]);
  });

  it("runs behind the client's command", async () => {
    const answers = await sendRequests(["env", "--"], job({ count: 2 }), signal);
    assert.deepEqual(answers, [{ status: 200, body: "nginx-v1", times: 2 }]);
  });

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
