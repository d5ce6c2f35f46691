import assert from "node:assert/strict";
import { join } from "node:path";
import { packageFolder } from "../../../package-folder";
import { labEnvironment, sluice, sluiceIn, whyNoLab } from "./lab";
import { answersOf, startLoad, type Load } from "./load";
import { host, onPlatform, platformAddress, usePlatform } from "./platform";
import { pulumi } from "./pulumi";
import { lastRollout, RunningRollout, settleLast } from "./rollouts";
import { removeStack, sessionOptions, set, testStack, without, writeStack, type StackChange } from "./stack";

/** Without Prometheus: requests of Sluice's own judge the canary. */
export const probed: readonly StackChange[] = [
  set("rollout/prometheus", undefined),
  set("rollout/metrics", [{ name: "request-success-rate", thresholdRange: { min: 99 } }]),
];

/** A rollout that stays where half of the users are on the canary, until somebody says something. */
export const halfWay: readonly StackChange[] = [
  set("rollout/steps", [{ weight: 50, pause: "approval" }, { weight: 100 }]),
  ...without("rollout/stepWeight"),
];

type Environment = Readonly<Record<string, string>>;

/** Rollouts of the suite's stack on the platform, to which things happen. */
export class RolloutScene {
  readonly session = sessionOptions();
  /** The path of the stack's file. */
  readonly file = join(packageFolder, `Pulumi.${testStack}.yaml`);
  private address = "";

  /** Brings the platform up, or skips the suite. */
  async prepare(context: Mocha.Context): Promise<void> {
    await usePlatform(context, whyNoLab());
    this.address = await platformAddress();
  }

  /** Takes the stack away. */
  async clear(context: Mocha.Context): Promise<void> {
    if (context.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...this.session);
    removeStack();
  }

  /** Has users on v1 of the stack, and no rollout under way. */
  async restart(...changes: readonly StackChange[]): Promise<void> {
    await settleLast(this.session);
    writeStack([...onPlatform, ...probed, ...changes], "test/e2e/support/rollout-stack.yaml");
    await this.run("up", "--yes");
  }

  /** Begins a rollout to v2, unless it is said otherwise. */
  begin(...more: readonly string[]): RunningRollout {
    return new RunningRollout(["rollout", "--to", "v2", "--yes", ...this.session, ...more]);
  }

  /**
   * Begins a rollout of a stack of {@link halfWay}, and waits until half of the users are on the canary.
   *
   * @param target the options by which the cluster is found; none where the environment leads there.
   */
  async beginHalfWay(env: Environment = {}, target: readonly string[] = this.session): Promise<RunningRollout> {
    const running = new RunningRollout(["rollout", "--to", "v2", "--yes", ...target], env);
    await running.until(({ actions }) => actions.includes("approve"));
    return running;
  }

  /** Goes on with a rollout whose driver is gone. */
  resume(env: Environment = {}): RunningRollout {
    return new RunningRollout(["rollout", "--resume", ...this.session], env);
  }

  /** Runs a command of `sluice` on the stack, which must end well, and gives what it has said. */
  async run(...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await sluice(...command, ...this.session);
    assert.equal(exitCode, 0, `sluice ${command.join(" ")}\n${stdout}\n${stderr}`);
    return stdout + stderr;
  }

  /** The same where the environment leads to the cluster, and not an option. */
  async runIn(env: Environment, ...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await sluiceIn(env, ...command, "--stack", testStack);
    assert.equal(exitCode, 0, `sluice ${command.join(" ")}\n${stdout}\n${stderr}`);
    return stdout + stderr;
  }

  /** Has users ask, fifty times a second. */
  load(): Load {
    return startLoad(this.address, host, { seconds: 2 });
  }

  /** What a hundred requests are answered, each answer once. */
  async served(): Promise<string[]> {
    return answersOf(await startLoad(this.address, host).stop());
  }

  /** Asserts that nobody is on the canary, and that the record tells why. */
  async demandBack(outcome: RegExp): Promise<void> {
    assert.deepEqual(await this.served(), ["v1"]);
    const last = await lastRollout(this.session);
    assert.equal(last.phase, "Failed");
    assert.match(last.outcome ?? "", outcome);
  }

  /** Asserts that plain Pulumi finds nothing to change. */
  async demandNoChanges(): Promise<void> {
    await pulumi(["preview", "--expect-no-changes", "--stack", testStack], labEnvironment());
  }
}
