import assert from "node:assert/strict";
import { bodyLimit, post } from "../../../rollout/http-post";
import { answering, closedPort, serve, type Responder, type TestServer } from "../support/http-server";

describe("post", () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const send = async (respond: Responder, more: Partial<Parameters<typeof post>[0]> = {}) => {
    server = await serve(respond);
    return post({ url: new URL(server.url), body: "{}", timeout: 5_000, retries: 0, firstWait: 1, ...more });
  };

  for (const status of [429, 500, 502, 503]) {
    it(`sends again after ${status}, and returns what the next try brings`, async () => {
      const answer = await send((response, index) => response.writeHead(index < 2 ? status : 200).end("done"), {
        retries: 3,
      });
      assert.deepEqual(answer, { status: 200, body: "done" });
      assert.equal(server?.received.length, 3);
    });
  }

  it("returns the last answer where every try failed", async () => {
    assert.deepEqual(await send(answering(503, "busy"), { retries: 2 }), { status: 503, body: "busy" });
    assert.equal(server?.received.length, 3);
  });

  for (const status of [400, 403, 404])
    it(`does not send again after ${status}`, async () => {
      assert.equal((await send(answering(status), { retries: 3 })).status, status);
      assert.equal(server?.received.length, 1);
    });

  it("sends again where there was no answer", async () => {
    const respond: Responder = (response, index) =>
      index === 0 ? response.socket?.destroy() : response.writeHead(200).end("late");
    assert.deepEqual(await send(respond, { retries: 1 }), { status: 200, body: "late" });
  });

  it("gives up on a server that takes a request and never answers", async () => {
    await assert.rejects(
      send(() => {}, { timeout: 60 }),
      /^Error: no answer within 60ms$/,
    );
  });

  it("gives up on a body that never ends, and does not send again what was taken", async () => {
    const respond: Responder = (response) => response.writeHead(200).write("and then ");
    await assert.rejects(send(respond, { timeout: 60, retries: 2 }), /an answer \(200\) that did not end within 60ms/);
    assert.equal(server?.received.length, 1);
  });

  it("reads no more of an endless body than its limit", async () => {
    const respond: Responder = (response) => {
      const line = "x".repeat(16_384);
      const write = (): void => {
        while (!response.destroyed && response.write(line));
      };
      response.on("drain", write);
      write();
    };
    const { status, body } = await send(respond);
    assert.deepEqual([status, body.length], [200, bodyLimit]);
  });

  it("says why there was no answer", async () => {
    const url = new URL(await closedPort());
    await assert.rejects(post({ url, body: "", timeout: 1_000, retries: 0 }), /no answer: connect ECONNREFUSED/);
  });

  for (const status of [307, 308])
    it(`sends the same again to where ${status} leads`, async () => {
      await send((response, index) =>
        index === 0 ? response.writeHead(status, { location: "/next" }).end() : response.writeHead(200).end(),
      );
      const [first, second] = server?.received ?? [];
      assert.deepEqual([second?.path, second?.method, second?.body], ["/next", "POST", first?.body]);
      assert.equal(second?.headers["content-type"], "application/json");
    });

  for (const status of [301, 302, 303])
    it(`asks by GET where ${status} leads, as Go's client does`, async () => {
      const answer = await send((response, index) =>
        index === 0 ? response.writeHead(status, { location: "/next" }).end() : response.writeHead(200).end("there"),
      );
      const second = server?.received[1];
      assert.deepEqual([second?.path, second?.method, second?.body, answer.body], ["/next", "GET", "", "there"]);
    });

  it("takes a redirect that leads nowhere as the answer", async () => {
    assert.equal((await send(answering(302))).status, 302);
  });

  it("gives up after ten redirects, for good", async () => {
    await assert.rejects(send(answering(307, "", { location: "/" }), { retries: 2 }), /more than 10 times/);
    assert.equal(server?.received.length, 11);
  });

  it("follows no redirect to a file", async () => {
    await assert.rejects(
      send(answering(302, "", { location: "file:///etc/hostname" })),
      /something other than an http or https URL/,
    );
  });

  it("ends with the signal's reason, while waiting for an answer and while waiting for the next try", async () => {
    const reason = new Error("stopped");
    for (const respond of [() => {}, answering(500)] satisfies Responder[]) {
      const controller = new AbortController();
      const begun: Responder = (...call) => {
        respond(...call);
        setTimeout(() => controller.abort(reason), 20);
      };
      await assert.rejects(send(begun, { retries: 5, firstWait: 60_000, signal: controller.signal }), reason);
      server?.close();
    }
  });
});
