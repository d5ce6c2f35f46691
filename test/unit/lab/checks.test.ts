import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { checkMachine, checkPort } from "../../../lab/checks";
import { identify } from "../../../lab/identity";
import { takeLock } from "../../../lab/lock";
import { UserError } from "../../../progress/user-error";

const name = "sluice-unit-test";

describe("what is checked before a lab is changed", () => {
  it("refuses other systems than Linux, and other users than root, and names what else there is", () => {
    for (const [platform, user] of [
      ["darwin", 0],
      ["linux", 1000],
    ] as const) {
      assert.throws(
        () => checkMachine(platform, user),
        (error: Error) =>
          error instanceof UserError && error.message.includes("kind") && error.message.includes("--context"),
      );
    }
    checkMachine("linux", 0);
  });

  it("refuses a port that is taken, and names it and the option", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const apiPort = (server.address() as AddressInfo).port;
    const options = { name, apiPort };
    await assert.rejects(checkPort(identify(options), options), (error: Error) => {
      return (
        error instanceof UserError && error.message.includes(String(apiPort)) && error.message.includes("--api-port")
      );
    });
    server.close();
    await once(server, "close");
    await checkPort(identify(options), options);
  });

  const onLinux = process.platform === "linux" ? it : it.skip;
  onLinux("lets one command at a time change a lab, and names the one that does", async () => {
    const release = await takeLock(name);
    await assert.rejects(takeLock(name), (error: Error) => {
      return (
        error instanceof UserError && error.message.includes(name) && error.message.includes(`process ${process.pid}`)
      );
    });
    const releaseOther = await takeLock(`${name}-2`);
    releaseOther();
    release();
    (await takeLock(name))();
  });

  onLinux("waits for a command that is about to end, if it is told to", async () => {
    const release = await takeLock(name);
    const waiting = takeLock(name, 60);
    await assert.rejects(takeLock(name), UserError);
    release();
    (await waiting)();
  });
});
