import assert from "node:assert/strict";
import { execa } from "execa";
import { packageFolder } from "../../package-folder";
import type { PlanVerdict } from "../../traffic/verdict";
import { kubectl, sluiceJson, testLab, whyNoLab } from "./support/lab";
import { host, namespace, onPlatform, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, testStack, writeStack } from "./support/stack";

const minutes = 60_000;

describe("Pulumi's own commands in a shell with sluice lab env", function () {
  this.timeout(5 * minutes);

  const stack = `--stack ${testStack} --non-interactive`;
  /** What a command printed; it must end well, or with the status given. */
  const shell = async (command: string, status = 0): Promise<string> => {
    const script = `eval "$(node cli/sluice.js lab env --name ${testLab.name})" && ${command}`;
    const { exitCode, stdout, stderr } = await execa("bash", ["-c", script], { cwd: packageFolder, reject: false });
    assert.equal(exitCode, status, `${command}\n${stdout}\n${stderr}`);
    return stdout;
  };

  before(async function () {
    await usePlatform(this, whyNoLab());
    writeStack(onPlatform);
  });

  after(removeStack);

  it("pulumi up brings the stack up", async () => {
    await shell(`pulumi stack init ${testStack} --non-interactive`);
    assert.match(await shell(`pulumi up --yes ${stack}`), /\+ \d+ created/);
  });

  it("pulumi preview --diff shows a weight as the route's change and the plan's words, and little besides", async () => {
    await shell(`pulumi config set canaryWeight 40 ${stack}`);
    const diff = await shell(`pulumi preview --diff ${stack}`);
    assert.match(diff, /nginx\.ingress\.kubernetes\.io\/canary-weight: "10" => "40"/);
    assert.ok(diff.includes(`"http://${host}/: 90% v1, 10% v2" => "http://${host}/: 60% v1, 40% v2"`), diff);
    assertShort(diff);
  });

  it("pulumi preview --diff shows a header's rule in the same way", async () => {
    await shell(`pulumi config set --path headerMatch.name Region ${stack}`);
    await shell(`pulumi config set --path headerMatch.pattern shenzhen ${stack}`);
    const diff = await shell(`pulumi preview --diff ${stack}`);
    assert.match(diff, /\+ nginx\.ingress\.kubernetes\.io\/canary-by-header +: "Region"/);
    assert.match(diff, /\+ nginx\.ingress\.kubernetes\.io\/canary-by-header-pattern: "shenzhen"/);
    assert.match(diff, /"header Region ~ shenzhen → v2"/);
    assertShort(diff);
  });

  it("pulumi up moves the traffic so, has nothing to change then, and sluice measures what was planned", async () => {
    await shell(`pulumi up --yes ${stack}`);
    await shell(`pulumi preview --expect-no-changes ${stack}`);
    const { asPlanned, rules } = await sluiceJson<PlanVerdict>("verify", ...sessionOptions());
    assert.ok(asPlanned, JSON.stringify(rules));
    assert.deepEqual(
      rules.map(({ rule }) => rule),
      ["header Region ~ shenzhen"],
    );
  });

  it("pulumi config set --secret has a value reach the pods, and nowhere else be read", async () => {
    const value = "open-sesame";
    await shell(`pulumi config set --secret --path versions.v1.env.PASSWORD ${value} ${stack}`);
    const preview = await shell(`pulumi preview --diff ${stack}`);
    const updated = await shell(`pulumi up --yes --diff ${stack}`);
    const state = await shell(`pulumi stack export ${stack}`);
    const again = await shell(`node cli/sluice.js up --yes ${sessionOptions().join(" ")}`);
    for (const [what, text] of Object.entries({ preview, updated, state, again }))
      assert.ok(!text.includes(value), `${what}: ${text}`);
    const variables = "jsonpath={.spec.template.spec.containers[0].env}";
    const env = await kubectl("get", "deployment", "nginx-v1", "-n", namespace, "-o", variables);
    assert.deepEqual(JSON.parse(env), [{ name: "PASSWORD", value }]);
  });

  it("pulumi preview --policy-pack policies holds the stack against the pack", async () => {
    const pack = "--policy-pack policies --policy-pack-config policies/config/production.json";
    const told = await shell(`pulumi preview ${pack} ${stack}`, 1);
    assert.match(told, /\[mandatory\].* tls-required/);
  });

  it("pulumi refresh finds what somebody else has changed", async () => {
    const change = ["nginx.ingress.kubernetes.io/canary-weight=77", "--overwrite", "-n", namespace];
    await kubectl("annotate", "ingress", "nginx-canary", ...change);
    assert.match(await shell(`pulumi refresh --yes --diff ${stack}`), /canary-weight: "40" => "77"/);
  });

  it("pulumi destroy leaves nothing of it but the namespace, in which others may have something", async () => {
    await shell(`pulumi destroy --yes ${stack}`);
    await shell(`pulumi stack rm --yes ${stack}`);
    const kinds = "deployments,services,ingresses,secrets";
    assert.equal(await kubectl("get", kinds, "-n", namespace, "-o", "name"), "");
    assert.equal((await kubectl("get", "namespace", namespace, "-o", "name")).trim(), `namespace/${namespace}`);
    await kubectl("delete", "namespace", namespace);
  });
});

/** The route's block and the traffic in words are what a user looks for: at most ten lines stand beside them. */
function assertShort(diff: string): void {
  const besides = diff
    .replace(/^ +~ kubernetes:networking\.k8s\.io\/v1:Ingress: \(update\)[^]*?(?=^ +--outputs:--)/m, "")
    .replace(/^ +--outputs:--[^]*?(?=^Resources:)/m, "")
    // The Service of a controller that the stack does not bring.
    .replace(/^ +> kubernetes:core\/v1:Service: \(read\)\n(?: +\[.*\]\n)*/m, "");
  const lines = besides.split("\n").filter((line) => line.trim() !== "");
  assert.ok(lines.length <= 10, diff);
}
