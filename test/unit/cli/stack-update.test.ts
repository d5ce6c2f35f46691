import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { updateStack } from "../../../cli/rollout/stack-update";
import type { Session } from "../../../cli/session";
import { ClusterError } from "../../../cluster/errors";
import type { Preview, UpdateOptions, UpdateResult } from "../../../engine/engine";
import { PulumiError } from "../../../engine/failures";
import type { Violation } from "../../../engine/policy/violation";
import { stackOfText } from "../../../engine/stack-file";
import { UserError } from "../../../progress/user-error";
import { UpdateError } from "../../../rollout/ports";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack, type RawConfig } from "../support/stacks";

const outputs = { traffic: [], url: "http://www.test.com" };
const preview: Preview = { changes: [], unchanged: 1, diff: "", warnings: [], violations: [], trafficAfter: [] };
const mandatory: Violation = { policy: "canary-weight-step", level: "mandatory", message: "too far at once" };

describe("an update of a stack in a rollout", () => {
  const folder = temporaryFolder();
  const text = stringify({ config: smallStack() }).replace("canaryWeight: 10", "canaryWeight: 10 # percent");
  let file: string;
  /** What the engine does before and after it shows its preview. */
  let [before, after]: [() => void, () => void | Promise<void>] = [() => undefined, () => undefined];
  let violations: Violation[];
  /** Why the cluster does not answer now, and when it last did not. */
  let [away, failedAt]: [ClusterError | undefined, number] = [undefined, -Infinity];
  /** The weights that the file had when the engine was called. */
  let weights: unknown[];

  beforeEach(() => {
    file = writeInto(folder, "Pulumi.dev.yaml", text);
    [before, after, violations, weights] = [() => undefined, () => undefined, [], []];
    [away, failedAt] = [undefined, -Infinity];
  });

  const session = (): Session => {
    const reread = (): Session => {
      const read = stackOfText(readFileSync(file, "utf8"), file, "dev");
      return {
        file: read,
        reread,
        engine: () => ({ up: (_: unknown, options: UpdateOptions) => up(read, options) }),
      } as unknown as Session;
    };
    return reread();
  };
  async function up({ config }: { config: RawConfig }, { onPreview }: UpdateOptions): Promise<UpdateResult> {
    weights.push(config["sluice:canaryWeight"]);
    before();
    await onPreview?.({ ...preview, violations });
    await after();
    return { changes: [], outputs };
  }
  const shown: Preview[] = [];
  const update = (values = { canaryWeight: 30 } as object, signal = new AbortController().signal) =>
    updateStack(
      session(),
      {
        objects: { check: () => (away ? Promise.reject(away) : Promise.resolve()) },
        connection: { hasFailedSince: (time) => failedAt >= time },
      },
      values as Record<string, unknown>,
      {},
      { report: () => undefined, signal },
      (one) => void shown.push(one),
    );
  const read = () => readFileSync(file, "utf8");
  const fail = (error: unknown) => () => {
    throw error as Error;
  };
  const refuses = (cause: UpdateError["cause"], message: RegExp, values?: object) =>
    assert.rejects(update(values), (error) => {
      assert.ok(error instanceof UpdateError, String(error));
      assert.match(error.message, message);
      assert.equal(error.cause, cause);
      return true;
    });

  it("writes the file, shows what it does, applies it, and gives the session on the new file", async () => {
    shown.length = 0;
    const result = await update();
    assert.deepEqual([result.outputs, weights, shown.length], [outputs, [30], 1]);
    assert.equal(read(), text.replace("10 # percent", "30 # percent"));
    assert.equal(result.session.file.config["sluice:canaryWeight"], 30);
  });

  it("does not write a file that says so already", async () => {
    writeFileSync(file, text);
    await update({ canaryWeight: 10 });
    assert.deepEqual([read(), weights], [text, [10]]);
  });

  it("takes no pods from a version that somebody has taken out of the file", async () => {
    await update({ canaryWeight: 30, "versions.v0.replicas": 0, "versions.v2.replicas": 2 });
    const { config } = parse(read()) as { config: RawConfig };
    assert.deepEqual(config["sluice:versions"], { v1: { image: "nginx:1" }, v2: { image: "nginx:2", replicas: 2 } });
    await refuses("refused", /versions.v0.replicas can't be set/, { "versions.v0.replicas": 2 });
  });

  it("leaves the file as it was where the config can't be used", async () => {
    await refuses("refused", /sluice:canaryWeight is 300: it must be a whole number from 0 to 100/, {
      canaryWeight: 300,
    });
    assert.deepEqual([read(), weights], [text, []]);
  });

  it("leaves the file as it was where a policy refuses, and has shown why", async () => {
    shown.length = 0;
    violations = [mandatory];
    await refuses("refused", /policy canary-weight-step refuses the stack: too far at once/);
    assert.deepEqual([read(), shown[0]?.violations], [text, violations]);
  });

  it("leaves the file as it was where the engine can't even preview", async () => {
    before = fail(new UserError("Ingress demo/nginx is not this stack's"));
    await refuses("refused", /not this stack's/);
    assert.equal(read(), text);
  });

  it("keeps the file where applying has begun", async () => {
    after = fail(new UserError("Deployment demo/nginx-v2 does not become ready"));
    await refuses("failed", /does not become ready/);
    assert.equal((parse(read()) as { config: RawConfig }).config["sluice:canaryWeight"], 30);
  });

  const pulumi = () => new PulumiError({ stdout: "", stderr: "nothing but words\nand more" }, "dev");
  for (const [what, error, awayThen] of [
    ["the cluster does not answer Sluice", () => new ClusterError("unavailable", "it is away\nand more"), undefined],
    ["the credentials have run out", () => new ClusterError("credentials", "log in"), undefined],
    ["Pulumi failed, and the cluster answers no more", pulumi, new ClusterError("unavailable", "it is away")],
  ] as const)
    it(`may be tried again where ${what}`, async () => {
      for (const isApplying of [false, true]) {
        writeFileSync(file, text);
        [before, after, away] = [() => undefined, () => undefined, awayThen];
        if (isApplying) after = fail(error());
        else before = fail(error());
        await refuses("unreachable", /^[^\n]+$/);
        assert.equal(read() === text, !isApplying);
      }
    });

  it("may be tried again where the cluster was away for a part of the time", async () => {
    after = () => {
      failedAt = performance.now();
      throw pulumi();
    };
    await refuses("unreachable", /nothing but words/);
  });

  it("has failed where the cluster answers, and was away before it began, whatever words are said", async () => {
    failedAt = performance.now();
    after = fail(
      new PulumiError({ stdout: "", stderr: "pod a: connection refused, ECONNREFUSED, i/o timeout" }, "dev"),
    );
    await refuses("failed", /connection refused/);
    after = fail(new UserError("Deployment demo/nginx can't be reached"));
    await refuses("failed", /can't be reached/);
  });

  it("is refused, not unreachable, where a policy or the config only speaks of such things", async () => {
    violations = [{ ...mandatory, message: "v2 would be unreachable" }];
    await refuses("refused", /unreachable/);
  });

  it("has failed where the mistake is Sluice's own, wherever", async () => {
    before = fail(new TypeError("undefined is not a function"));
    await refuses("failed", /undefined is not a function/);
    assert.equal(read(), text);
  });

  it("ends with the signal's reason where that is aborted, with the file as before unless applying has begun", async () => {
    for (const isApplying of [false, true]) {
      writeFileSync(file, text);
      const controller = new AbortController();
      const stop = () => {
        controller.abort(new Error("interrupted"));
        throw new Error("kubectl was killed");
      };
      [before, after] = isApplying ? [() => undefined, stop] : [stop, () => undefined];
      await assert.rejects(update(undefined, controller.signal), /^Error: interrupted$/);
      assert.equal(read() === text, !isApplying);
    }
  });

  it("leaves alone what somebody else has written into the file meanwhile", async () => {
    const theirs = `${text}# a remark\n`;
    before = () => {
      writeFileSync(file, theirs);
      throw new UserError("refused for another reason");
    };
    await refuses("refused", /another reason/);
    assert.equal(read(), theirs);
  });
});
