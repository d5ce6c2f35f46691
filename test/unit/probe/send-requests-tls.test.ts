import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { sendRequests } from "../../../probe/send-requests";
import { skipBecause } from "../../e2e/support/lab";
import { temporaryFolder } from "../support/folders";

const { signal } = new AbortController();

describe("sendRequests by TLS", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let server: Server;
  let names: unknown[];

  before(function () {
    const args = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=somebody.else -keyout key.pem -out cert.pem";
    const { status } = spawnSync("openssl", args.split(" "), { cwd: folder });
    if (status !== 0) skipBecause(this, "there is no openssl on PATH, which makes the certificate");
  });

  beforeEach(async () => {
    names = [];
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(join(folder, name)));
    server = createServer({ key, cert }, (request, response) => {
      names.push([(request.socket as TLSSocket & { servername?: string }).servername, request.headers.host]);
      response.end("nginx-v1");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const job = (host: string) => {
    const { port } = server.address() as AddressInfo;
    return { address: "127.0.0.1", port, tls: true, host, path: "/", count: 2 };
  };

  it("asks by the host's name, and takes any certificate", async () => {
    const [answer, ...more] = await sendRequests([], job("www.test.com"), signal);
    assert.deepEqual([answer?.status, answer?.body, answer?.times, more], [200, "nginx-v1", 2, []]);
    assert.deepEqual(names, [
      ["www.test.com", "www.test.com"],
      ["www.test.com", "www.test.com"],
    ]);
  });

  it("tells what comes back where the port speaks no TLS", async () => {
    const plain = { ...job("www.test.com"), tls: false };
    const answers = await sendRequests([], plain, signal);
    assert.ok(
      answers.every(({ status, error }) => status === 400 || error !== undefined),
      JSON.stringify(answers),
    );
    assert.deepEqual(names, []);
  });
});
