import assert from "node:assert/strict";
import { ClusterError } from "../../../cluster/errors";
import { untilAnswered } from "../../../cluster/until-answered";

const away = (retryAfter?: string) =>
  new ClusterError("unavailable", "it is away", { status: 503, body: {}, retryAfter });

describe("trying until the cluster answers", () => {
  /** Fails with each error in turn, a time after the other by the clock, and then answers. */
  function run(errors: readonly Error[], apart: number, signal = new AbortController().signal) {
    let [time, tries] = [0, 0];
    const told: number[] = [];
    const result = untilAnswered(
      () => {
        const error = errors[tries];
        tries += 1;
        time += apart;
        return error ? Promise.reject(error) : Promise.resolve("done");
      },
      { signal, now: () => time, tell: (_, seconds) => told.push(seconds) },
    );
    return { result, told, tries: () => tries };
  }

  it("goes on as long as the cluster is away, or the credentials have run out", async () => {
    const { result, tries } = run([away(), new ClusterError("credentials", "log in")], 10);
    assert.deepEqual([await result, tries()], ["done", 3]);
  });

  it("tells at once, and then every minute", async () => {
    const { result, told } = run(Array<Error>(3).fill(away()), 30_000);
    await result;
    assert.deepEqual(told, [0, 60]);
  });

  for (const kind of ["forbidden", "conflict", "not found", "refused"] as const)
    it(`ends where no waiting helps: ${kind}`, async () => {
      const { result, told, tries } = run([new ClusterError(kind, "no")], 10);
      await assert.rejects(result, /^UserError: no$/);
      assert.deepEqual([tries(), told], [1, []]);
    });

  it("ends with a mistake of the program", async () => {
    await assert.rejects(run([new TypeError("undefined is not a function")], 10).result, TypeError);
    await assert.rejects(run([new Error("oh")], 10).result, /^Error: oh$/);
  });

  it("ends with the signal's reason, also while the API server wants to be left alone", async () => {
    const controller = new AbortController();
    const { result, told } = run([away("30")], 10, controller.signal);
    while (told.length === 0) await new Promise(setImmediate);
    controller.abort(new Error("interrupted"));
    await assert.rejects(result, /^Error: interrupted$/);
  });
});
