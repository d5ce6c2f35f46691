import { kubectl, skipBecause, sluice, sluiceJson, staysUp, testLab, useLab, type SluiceResult } from "./lab";
import { removeStackNamed, sessionOptions, set, testStack, without, writeStack, type StackChange } from "./stack";

/** A stack with MetalLB and ingress-nginx, and next to nothing behind them. */
const stack = "e2e-platform";

/** The host and the namespace of the suite's stack on the platform: no other suite has them. */
export const host = `${testStack}.test`;
export const namespace = testStack;

/** Has a stack use the platform's controller in place of one that it brings. */
export const withoutController: readonly StackChange[] = [
  ...without("metallb"),
  set("ingressController", {
    kind: "existing",
    className: "nginx",
    service: "ingress-nginx/ingress-nginx-controller",
  }),
];

/** What makes a committed stack one of those on the platform: it brings what it releases, and nothing else. */
export const onPlatform: readonly StackChange[] = [
  ...withoutController,
  set("host", host),
  set("namespace", namespace),
];

/** The parts of the lab that suites on the platform need. */
const parts = ["ingress-nginx", "prometheus"] as const;

/** Brings the lab up with the platform on it, where that has not been done for all suites; or skips the suite. */
export async function usePlatform(context: Mocha.Context, reason: string | undefined): Promise<void> {
  if (reason !== undefined) skipBecause(context, reason);
  if (staysUp) return;
  await useLab(context, undefined, ...parts);
  context.timeout(Math.max(context.timeout(), 5 * 60_000));
  await updatePlatform();
}

/** The address at which the controller answers. */
export async function platformAddress(): Promise<string> {
  const place = ["service", "ingress-nginx-controller", "-n", "ingress-nginx"];
  return kubectl("get", ...place, "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
}

async function updatePlatform(): Promise<void> {
  const small = [set("versions/v1/replicas", 1), ...without("canary", "canaryWeight", "rollout", "versions/v2")];
  const place = [set("host", "platform.test"), set("namespace", "platform")];
  writeStack(
    [...small, ...place, set("ingressController", { kind: "ingress-nginx", allowSnippets: true })],
    "Pulumi.dev.yaml",
    stack,
  );
  await sluiceJson("up", "--yes", ...sessionOptions(stack));
  removeStackNamed(stack);
}

/** Ends with what a command said where it failed. */
function demand({ exitCode, stdout, stderr }: SluiceResult): void {
  if (exitCode !== 0) throw new Error(stdout + stderr);
}

// For a whole test run, before the suites that share it.
if (require.main === module)
  void (async () => {
    const place = ["--name", testLab.name, "--api-port", String(testLab.port)];
    demand(await sluice("lab", "up", ...place, ...parts.flatMap((part) => ["--with", part])));
    await updatePlatform();
  })();
