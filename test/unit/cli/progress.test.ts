import assert from "node:assert/strict";
import { Interrupted } from "../../../cli/interruption";
import { runSteps, runTogether } from "../../../cli/progress";
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

describe("steps side by side", () => {
  const ended: string[] = [];
  const step = (title: string, after: Promise<unknown>, failure?: string): Step => ({
    title,
    run: async () => {
      await after;
      ended.push(title);
      if (failure !== undefined) throw new Error(failure);
    },
  });

  beforeEach(() => void (ended.length = 0));

  it("do not wait for each other, and all end before the first one's failure is told", async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const opening: Step = { title: "open", run: () => Promise.resolve(open()) };
    const steps = [step("verify", opened, "of the split"), opening, step("update", opened, "of the update")];
    await assert.rejects(runTogether(steps, { json: true }), /of the split/);
    assert.deepEqual(ended.sort(), ["update", "verify"]);
  });

  it("are interrupted together", async () => {
    const interrupting: Step = { title: "update", run: () => Promise.resolve(void process.emit("SIGTERM")) };
    await assert.rejects(runTogether([step("verify", Promise.resolve()), interrupting], { json: true }), Interrupted);
  });
});
