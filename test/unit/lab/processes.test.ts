import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { childOf, identityOf, isAlive, signalProcess, startedAt } from "../../../lab/processes/identity";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a process's identity", () => {
  it("holds while the process runs, and no longer", async () => {
    const child = spawn("sleep", ["60"]);
    const identity = identityOf(child.pid ?? 0);
    assert.ok(identity);
    assert.equal(isAlive(identity), true);
    assert.ok(Math.abs(startedAt(identity).getTime() - Date.now()) < 10_000);
    const exit = once(child, "exit");
    signalProcess(identity, "SIGKILL");
    await exit;
    assert.equal(isAlive(identity), false);
  });

  it("is not that of another process with the same number", () => {
    const self = identityOf(process.pid);
    assert.ok(self);
    assert.equal(isAlive({ ...self, startTime: "1" }), false);
    assert.equal(isAlive({ ...self, bootId: "another boot" }), false);
  });

  it("keeps a signal from another process with the same number", async () => {
    const child = spawn("sleep", ["60"]);
    const identity = identityOf(child.pid ?? 0);
    assert.ok(identity);
    signalProcess({ ...identity, startTime: "1" }, "SIGKILL");
    assert.equal(isAlive(identity), true);
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  });

  it("finds a process's child", async () => {
    const child = spawn("sleep", ["60"]);
    assert.ok(child.pid !== undefined && childOf(process.pid) !== undefined);
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  });
});
