import assert from "node:assert/strict";
import { once } from "node:events";
import { parseStackConfig } from "../../../config";
import { clusterApi } from "../../../cluster/api";
import { driveStack, type DriveStackOptions, type Watcher } from "../../../cli/rollout/drive-stack";
import { Interrupted } from "../../../cli/interruption";
import type { Session } from "../../../cli/session";
import type { StepContext } from "../../../progress/step";
import { UserError } from "../../../progress/user-error";
import { layOut } from "../../../rollout/layout";
import { begin } from "../../../rollout/machine";
import { withStack } from "../../../rollout/stack";
import type { RolloutState } from "../../../rollout/state";
import { RolloutRecords } from "../../../rollout/store/records";
import { leaseKey } from "../rollout/store/lease-bench";
import { recordKey } from "../rollout/store/record-states";
import { fakeApi } from "../support/fake-api";
import { answering, serve, type TestServer } from "../support/http-server";
import { smallStack } from "../support/stacks";

const options = { stack: "dev", requests: 10 } as DriveStackOptions;

describe("what ends a driver", () => {
  const fake = fakeApi();
  let people: TestServer;
  beforeEach(async () => (people = await serve(answering(200))));
  afterEach(() => people.close());
  const alerts = () => people.received.map(({ body }) => JSON.parse(body) as { severity: string; message: string });
  const data = () => fake().api.objects.get(recordKey(1))?.["data"] as Record<string, string>;
  const owner = () =>
    (fake().api.objects.get(leaseKey)?.["spec"] as { holderIdentity?: string } | undefined)?.holderIdentity;

  /** A rollout whose first update takes for ever, and its driver. */
  function drive(changes: Partial<RolloutState> = {}, alert: object = { url: `${people.url}/` }, more: object = {}) {
    const rollout = {
      interval: "1s",
      stepWeight: 50,
      alerts: [{ name: "people", type: "webhook", ...alert }],
      ...more,
    };
    const config = smallStack({ "sluice:rollout": rollout });
    const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
    const up = async ({ signal }: StepContext) => {
      if (!signal.aborted) await once(signal, "abort");
      throw new UserError("pulumi was interrupted");
    };
    const session = {
      file: { stack: "dev", file: "/nowhere/Pulumi.dev.yaml", config },
      choice: { name: "fake", cluster: () => fake().cluster },
      config: () => parseStackConfig(config),
      engineFor: () => ({ up }),
      reread: () => {
        throw new UserError("there is no file");
      },
    } as unknown as Session;
    const api = clusterApi(fake().cluster);
    const records = () => new RolloutRecords(api, "dev", "demo");
    const said: string[] = [];
    let began: () => void = () => undefined;
    const isUnderWay = new Promise<void>((resolve) => (began = resolve));
    const watcher: Watcher = {
      report: () => undefined,
      onPreview: () => undefined,
      onNotice: ({ message }) => said.push(message),
      onComplaint: (line) => said.push(line),
      onState: () => began(),
      end: () => said.push("the end"),
    };
    const first = { ...begin(spec, 1, Date.now()), ...changes };
    const opened = { api, at: { stack: "dev", namespace: "demo" }, records: records() };
    const driving = driveStack(session, opened, options, watcher, () => Promise.resolve(first));
    return { driving, isUnderWay: Promise.race([isUnderWay, driving]), said, records };
  }

  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    it(`is told: ${signal}`, async () => {
      const { driving, isUnderWay, said } = drive();
      await isUnderWay;
      process.emit(signal);
      await assert.rejects(
        driving,
        (error: Error) => error instanceof Interrupted && /has no driver.*\n.*--resume/.test(error.message),
      );
      assert.deepEqual(
        alerts().map(({ severity, message }) => [severity, message.replace(/\(.*\)/, "(…)")]),
        [["warn", "the driver has ended (…): rollout 1 has no driver now"]],
      );
      const { by, why } = JSON.parse(data()["left"] ?? "") as { by: string; why: string };
      assert.match(by, new RegExp(`\\(process ${process.pid}\\)$`));
      assert.match(why, /^interrupted/);
      assert.deepEqual([owner(), said.at(-1)], [undefined, "the end"]);
    });

  it("is told: the cluster forbids what it needs", async () => {
    const { driving, isUnderWay, records } = drive();
    await isUnderWay;
    await records().ask(1, { command: "pause", by: "ann" });
    fake().api.before = (method) => (method === "PATCH" ? 403 : undefined);
    await assert.rejects(driving, /the account may not patch configmaps sluice-rollout-dev-1 in namespace demo/);
    assert.deepEqual(
      alerts().map(({ severity }) => severity),
      ["error"],
    );
    assert.match(
      alerts()[0]?.message ?? "",
      /^the driver has ended \(the account may not patch configmaps .*rollout 1 has no driver/,
    );
    assert.equal(owner(), undefined);
  });

  it("is told: somebody else has taken the stack, who drives the rollout then", async () => {
    const { driving, isUnderWay } = drive();
    await isUnderWay;
    fake().api.put(leaseKey, { spec: { holderIdentity: "bob@elsewhere:1" } });
    await assert.rejects(driving, /^UserError: bob@elsewhere:1 has taken over the stack dev$/);
    assert.deepEqual(
      alerts().map(({ severity, message }) => [severity, message]),
      [["warn", "the driver has ended (bob@elsewhere:1 has taken over the stack dev)"]],
    );
    assert.deepEqual([data()["left"], owner()], [undefined, "bob@elsewhere:1"]);
  });

  it("is told: another driver has gone on with the rollout", async () => {
    const { driving, isUnderWay, records } = drive();
    await isUnderWay;
    const other = records();
    const state = (await other.takeOver()) ?? assert.fail("there is no record");
    await other.save({ ...state, phase: "Failed", outcome: "aborted by bob" });
    await other.ask(1, { command: "pause", by: "ann" });
    await assert.rejects(driving, /another driver has taken over rollout 1 of dev: it is Failed, aborted by bob/);
    assert.equal(data()["outcome"], "aborted by bob");
    assert.equal(alerts()[0]?.severity, "warn");
  });

  it("is not that a step can't be written to git, of which people hear", async () => {
    const served = { kind: "trial", step: 1 } as const;
    const { driving, isUnderWay } = drive({ served }, undefined, { git: { branch: "releases" } });
    await isUnderWay;
    while (alerts().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit("SIGTERM");
    await assert.rejects(driving, Interrupted);
    const [first, last] = alerts();
    assert.equal(first?.severity, "warn");
    assert.match(
      first.message,
      /^could not commit to branch releases that 50% of the requests go to v2 \(step 1 of 2\) \(git/,
    );
    assert.match(last?.message ?? "", /^the driver has ended/);
  });

  it("is not that a secret for people is not on this machine: a way back goes on, and says so", async () => {
    const ending = { phase: "Failed", outcome: "aborted by ann" } as const;
    const activity = { kind: "update", routing: { kind: "stable" }, attempt: 1, ending } as const;
    const { driving, isUnderWay, said } = drive({ activity }, { urlVariable: "SLUICE_TEST_NOWHERE" });
    await isUnderWay;
    process.emit("SIGTERM");
    await assert.rejects(driving, Interrupted);
    assert.match(said.join("\n"), /alerts can't be sent: .*SLUICE_TEST_NOWHERE/);
  });
});
