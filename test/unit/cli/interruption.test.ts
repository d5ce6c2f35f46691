import assert from "node:assert/strict";
import { Interrupted, untilInterrupted } from "../../../cli/interruption";

describe("a signal", () => {
  const interrupt = () => process.emit("SIGTERM");
  const waits = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      const end = () => reject(signal.reason as Error);
      if (signal.aborted) end();
      else signal.addEventListener("abort", end);
    });

  it("ends the work that runs", async () => {
    const working = untilInterrupted(waits);
    interrupt();
    await assert.rejects(working, Interrupted);
  });

  it("leaves work alone that begins once what it ended is over", async () => {
    assert.equal(await untilInterrupted((signal) => Promise.resolve(signal.aborted)), false);
  });

  it("that comes between two pieces of work ends the second", async () => {
    await untilInterrupted(() => Promise.resolve());
    interrupt();
    await assert.rejects(untilInterrupted(waits), Interrupted);
  });
});
