import assert from "node:assert/strict";
import { renderStatus } from "../../../cli/commands/lab";
import { labStatus } from "../../../lab";
import { overall, process as processStatus } from "../../../lab/status";

const log = "/logs/etcd.log";
const up = { piece: "etcd", running: true, detail: "runs" };
const down = { piece: "apiserver", running: false, detail: "ended with exit code 1", log, lastLines: "no such flag" };

describe("a lab's status", () => {
  it("says how a process ended", () => {
    const words = (exitCode?: number) =>
      processStatus("etcd", {
        running: false,
        lastLines: "last words",
        log,
        ...(exitCode !== undefined && { exitCode }),
      });
    assert.equal(words(1).detail, "ended with exit code 1");
    assert.equal(words(137).detail, "was killed by signal 9");
    assert.equal(words().detail, "was killed");
    assert.deepEqual([words(1).log, words(1).lastLines], [log, "last words"]);
    assert.equal(processStatus("etcd", { running: false, lastLines: "", log }).detail, "not started");
  });

  it("is running only when all pieces are", () => {
    assert.equal(overall([up, up], true), "running");
    assert.equal(overall([up, down], true), "degraded");
    assert.equal(overall([down, down], true), "degraded");
    assert.equal(overall([down, down], false), "stopped");
    assert.equal(overall([up, down], false), "degraded");
  });

  it("shows for what does not run why, and where its log is", () => {
    const text = renderStatus({ name: "sluice-test", state: "degraded", api: "", kubeconfig: "", pieces: [up, down] });
    for (const part of ["sluice lab up", "ended with exit code 1", "no such flag", log])
      assert.ok(text.includes(part), part);
  });

  it("finds nothing of a lab that was never brought up", async () => {
    const status = await labStatus({ name: "sluice-never-brought-up" });
    assert.equal(status.state, "stopped");
    assert.ok(status.pieces.every(({ running }) => !running));
  });
});
