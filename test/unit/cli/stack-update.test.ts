import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { updateStack } from "../../../cli/rollout/stack-update";
import type { Session } from "../../../cli/session";
import { ClusterError } from "../../../cluster/errors";
import type { EngineTarget, Preview, UpdateOptions, UpdateResult } from "../../../engine/engine";
import { PulumiError } from "../../../engine/failures";
import type { Violation } from "../../../engine/policy/violation";
import { UserError } from "../../../progress/user-error";
import { begin } from "../../../rollout/machine";
import { UpdateError } from "../../../rollout/ports";
import { specOf } from "../rollout/world";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack, type RawConfig } from "../support/stacks";

const outputs = { traffic: [], url: "http://www.test.com" };
const preview: Preview = { changes: [], unchanged: 1, diff: "", warnings: [], violations: [], trafficAfter: [] };
const mandatory: Violation = { policy: "canary-weight-step", level: "mandatory", message: "too far at once" };

describe("an update of a stack in a rollout", () => {
  const folder = temporaryFolder();
  const file = writeInto(folder, "Pulumi.dev.yaml", "config: {}\n");
  const state = begin(specOf({ config: smallStack(), replicas: undefined }), 7, 0);
  /** What the engine does before and after it shows its preview. */
  let [before, after]: [() => void, () => void | Promise<void>] = [() => undefined, () => undefined];
  let violations: Violation[];
  /** Why the cluster does not answer now, and when it last did not. */
  let [away, failedAt]: [ClusterError | undefined, number] = [undefined, -Infinity];
  let shown: Preview[];
  /** What the engine was made for, and what its file said. */
  let called: { readonly rollout?: number; readonly config: RawConfig; readonly file: RawConfig }[];

  beforeEach(() => {
    [before, after, violations, shown, called] = [() => undefined, () => undefined, [], [], []];
    [away, failedAt] = [undefined, -Infinity];
  });

  const session = {
    file: { file, stack: "dev", config: {} },
    engineFor: ({ config, file: own, rollout }: EngineTarget) => {
      const said = (parse(readFileSync(own, "utf8")) as { config: RawConfig }).config;
      called.push({ rollout: rollout?.id, config, file: said });
      return { up: (_: unknown, options: UpdateOptions) => up(options) };
    },
  } as unknown as Session;
  async function up({ onPreview }: UpdateOptions): Promise<UpdateResult> {
    before();
    await onPreview?.({ ...preview, violations });
    await after();
    return { changes: [], outputs };
  }
  const update = (signal = new AbortController().signal) =>
    updateStack(
      session,
      {
        objects: { check: () => (away ? Promise.reject(away) : Promise.resolve()) },
        connection: { hasFailedSince: (time) => failedAt >= time },
      },
      state,
      { kind: "trial", step: 2 },
      {},
      { report: () => undefined, signal },
      (one) => void shown.push(one),
    );
  const fail = (error: unknown) => () => {
    throw error as Error;
  };
  const refuses = (cause: UpdateError["cause"], message: RegExp) =>
    assert.rejects(update(), (error) => {
      assert.ok(error instanceof UpdateError, String(error));
      assert.match(error.message, message);
      assert.equal(error.cause, cause);
      return true;
    });

  it("is of the stack as the rollout's record has it, by a file of its own, and shows what it does", async () => {
    assert.equal(await update(), outputs);
    assert.equal(shown.length, 1);
    const [{ rollout, config, file: said } = assert.fail()] = called;
    assert.deepEqual([rollout, config["sluice:canaryWeight"], said], [7, 50, config]);
    assert.equal(readFileSync(file, "utf8"), "config: {}\n");
  });

  it("is refused by a policy, and has shown why", async () => {
    violations = [mandatory];
    await refuses("refused", /policy canary-weight-step refuses the stack: too far at once/);
    assert.deepEqual(shown[0]?.violations, violations);
  });

  it("is refused where the engine can't even preview, and fails where it can't apply", async () => {
    before = fail(new UserError("Ingress demo/nginx is not this stack's"));
    await refuses("refused", /not this stack's/);
    before = () => undefined;
    after = fail(new UserError("Deployment demo/nginx-v2 does not become ready"));
    await refuses("failed", /does not become ready/);
  });

  const pulumi = () => new PulumiError({ stdout: "", stderr: "nothing but words\nand more" }, "dev");
  for (const [what, error, awayThen] of [
    ["the cluster does not answer Sluice", () => new ClusterError("unavailable", "it is away\nand more"), undefined],
    ["the credentials have run out", () => new ClusterError("credentials", "log in"), undefined],
    ["Pulumi failed, and the cluster answers no more", pulumi, new ClusterError("unavailable", "it is away")],
  ] as const)
    it(`may be tried again where ${what}`, async () => {
      for (const isApplying of [false, true]) {
        [before, after, away] = [() => undefined, () => undefined, awayThen];
        if (isApplying) after = fail(error());
        else before = fail(error());
        await refuses("unreachable", /^[^\n]+$/);
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

  it("is refused, not unreachable, where a policy only speaks of such things", async () => {
    violations = [{ ...mandatory, message: "v2 would be unreachable" }];
    await refuses("refused", /unreachable/);
  });

  it("has failed where the mistake is Sluice's own", async () => {
    before = fail(new TypeError("undefined is not a function"));
    await refuses("failed", /undefined is not a function/);
  });

  it("ends with the signal's reason where that is aborted", async () => {
    const controller = new AbortController();
    after = () => {
      controller.abort(new Error("interrupted"));
      throw new Error("kubectl was killed");
    };
    await assert.rejects(update(controller.signal), /^Error: interrupted$/);
  });
});
