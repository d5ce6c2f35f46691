import assert from "node:assert/strict";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { profileVariable } from "../../../cluster/profile";
import { packageFolder } from "../../../package-folder";
import { labInfo } from "../../../lab";
import { demandAnswer } from "../../answers";

/** The suite's own lab: a user's lab beside it is left alone. Two suites at once need a lab and a stack each. */
export const testLab = {
  name: process.env["SLUICE_TEST_LAB"] ?? "sluice-test",
  port: Number(process.env["SLUICE_TEST_LAB_PORT"] ?? 16446),
};

/** Why the lab can't run here; nothing where it can. */
export function whyNoLab(): string | undefined {
  if (platform() !== "linux") return "the lab needs Linux";
  return process.getuid?.() === 0 ? undefined : "the lab needs root";
}

/** Skips a suite, its reason in the title of each test that is counted as skipped. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  context.test?.parent?.eachTest((test) => (test.title += ` (skipped: ${reason})`));
  return context.skip();
}

/** Brings the suite's lab up with the parts that a suite needs, or skips the suite for a reason. */
export async function useLab(context: Mocha.Context, reason: string | undefined, ...parts: string[]): Promise<void> {
  if (reason) skipBecause(context, reason);
  const place = ["--name", testLab.name, "--api-port", String(testLab.port)];
  await bringUp(context, "lab", "up", ...place, ...parts.flatMap((part) => ["--with", part]));
}

/** Writes the suite's stack, and brings it and its lab up, or skips the suite for a reason. */
export async function useStack(
  context: Mocha.Context,
  reason: string | undefined,
  session: readonly string[],
  write: () => void,
): Promise<void> {
  if (reason) skipBecause(context, reason);
  write();
  await bringUp(context, "start", ...session);
}

/** True where the lab is the whole test run's, which brings it up and takes it down. */
export const staysUp = process.env["SLUICE_TEST_LAB_STAYS"] !== undefined;
let isFresh = staysUp;

async function bringUp(context: Mocha.Context, ...command: string[]): Promise<void> {
  // With an empty cache all of the lab is built from source.
  context.timeout(Math.max(context.timeout(), 60 * 60_000));
  // A run that was killed leaves its lab, and the suite's stack in it.
  if (!isFresh) await succeeds("lab", "down", "--name", testLab.name);
  isFresh = true;
  await succeeds(...command);
}

async function succeeds(...command: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await sluice(...command);
  assert.equal(exitCode, 0, stdout + stderr);
}

/** What a run of the command line came to. */
export interface SluiceResult {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sluice` as a user would. */
export async function sluice(...args: readonly string[]): Promise<SluiceResult> {
  return sluiceIn({}, ...args);
}

/** Runs `sluice` in an environment of its own. */
export async function sluiceIn(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<SluiceResult> {
  return execa("node", ["cli/sluice.js", ...args], { cwd: packageFolder, env, reject: false });
}

/** The variables of `sluice lab env` by which `sluice` and Pulumi find the suite's lab. */
export function labEnvironment(): Record<string, string> {
  const { kubeconfig, profile, stacks } = labInfo(testLab);
  return {
    KUBECONFIG: kubeconfig,
    [profileVariable]: profile,
    PULUMI_BACKEND_URL: pathToFileURL(stacks).href,
    PULUMI_CONFIG_PASSPHRASE: "",
  };
}

/**
 * Runs `sluice` and returns what it answers with `--json`.
 *
 * @throws Error with both outputs where it fails.
 */
export async function sluiceJson<Answer>(...args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await sluice(...args, "--json");
  if (exitCode !== 0) throw new Error(`sluice ${args.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
  const answer: unknown = JSON.parse(stdout);
  demandAnswer(args, answer);
  return answer as Answer;
}

/** Runs kubectl on the suite's lab. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  const folder = `/var/lib/${testLab.name}`;
  const { stdout } = await execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, ...args]);
  return stdout;
}

/** Asserts that the cluster has the objects that it had: at once, or within a minute, as pods drain after their owner. */
export async function assertAsFound(found: readonly string[], look = objectsInCluster): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const objects = await look();
    const left = objects.filter((object) => !found.includes(object));
    const gone = found.filter((object) => !objects.includes(object));
    if (left.length + gone.length === 0) return;
    if (Date.now() > deadline) assert.deepEqual({ left, gone }, { left: [], gone: [] });
    await sleep(1000);
  }
}

/** The names of all objects that a stack could have left in the cluster. */
export async function objectsInCluster(): Promise<string[]> {
  const clusterWide =
    "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,ingressclasses,validatingwebhookconfigurations";
  const namespaced =
    "deployments,daemonsets,services,ingresses,configmaps,secrets,serviceaccounts,roles,rolebindings,pods,endpointslices";
  const lists = await Promise.all([
    kubectl("get", clusterWide, "-o", "name"),
    kubectl(
      "get",
      namespaced,
      "--all-namespaces",
      "--no-headers",
      "-o",
      "custom-columns=K:.kind,NS:.metadata.namespace,N:.metadata.name",
    ),
  ]);
  return (
    lists
      .join("\n")
      .split("\n")
      .map((line) => line.replace(/\s+/g, " "))
      // The cluster's own, which its controllers make a while after it is ready.
      .filter((line) => !/^(ConfigMap|EndpointSlice|Pod|ServiceAccount) kube-(system|public|node-lease) /.test(line))
      .sort()
  );
}

/**
 * Asks again and again until something is so.
 *
 * @param what as a sentence, for the failure.
 * @throws Error where it is not so within two minutes.
 */
export async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `this did not come about: ${what}`);
    await sleep(200);
  }
}
