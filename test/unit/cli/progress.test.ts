import assert from "node:assert/strict";
import { Interrupted } from "../../../cli/interruption";
import { runSteps } from "../../../cli/progress";
import type { Step } from "../../../progress/step";

describe("steps that Ctrl-C ends", () => {
  const begun: string[] = [];
  const step = (title: string, run: () => void = () => undefined): Step => ({
    title,
    run: () => {
      begun.push(title);
      run();
      return Promise.resolve();
    },
  });
  const interrupt = () => void process.emit("SIGTERM");

  beforeEach(() => void (begun.length = 0));

  it("go no further behind one that comes to its end all the same", async () => {
    await assert.rejects(runSteps([step("preview", interrupt), step("update")], { json: true }), Interrupted);
    assert.deepEqual(begun, ["preview"]);
  });

  it("are interrupted even where the last one comes to its end, so that nothing is begun after them", async () => {
    await assert.rejects(runSteps([step("preview", interrupt)], { json: true }), Interrupted);
  });
});
