import assert from "node:assert/strict";
import { execa } from "execa";
import { chartRenderer } from "../../engine/create-engine";
import { evaluateProgram } from "../../render/evaluate";
import { compileObjects } from "../../render/compile";
import { keyOfManifest, type Manifest } from "../../render/manifest";
import { projectFolder, readStack } from "../../engine/stack-file";
import { whyNoEngine } from "./support/engines";
import { sluice, testLab, useStack, whyNoLab } from "./support/lab";
import { removeStack, sessionOptions, testStack, writeStack } from "./support/stack";

const minutes = 60_000;

describe("both engines", function () {
  this.timeout(10 * minutes);

  const session = sessionOptions("pulumi");
  const profileFile = `/var/lib/${testLab.name}/profile.yaml`;

  before(async function () {
    await useStack(this, whyNoLab() ?? (await whyNoEngine("pulumi")), session, () => writeStack());
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("make the same objects of one stack", async () => {
    const context = { report: () => undefined, signal: new AbortController().signal };
    const { resources } = await evaluateProgram({ stack: testStack, config: readStack(testStack).config, profileFile });
    const rendered = (await compileObjects(resources, chartRenderer(context))).flat();
    const made = await objectsOfPulumi();
    assert.deepEqual([...made.keys()].sort(), rendered.map((manifest) => keyOfManifest(manifest)).sort());
    for (const manifest of rendered.filter(({ kind }) => kind !== "Secret")) {
      const inputs = made.get(keyOfManifest(manifest));
      assert.deepEqual(plain(inputs), plain(manifest), `${manifest.kind} ${manifest.metadata.name}`);
    }
  });
});

/** The inputs of every Kubernetes object in the state of Pulumi's stack, by its key. */
async function objectsOfPulumi(): Promise<Map<string, Manifest>> {
  const env = { PULUMI_BACKEND_URL: `file:///var/lib/${testLab.name}/pulumi`, PULUMI_CONFIG_PASSPHRASE: "" };
  const { stdout } = await execa("pulumi", ["stack", "export", "--stack", testStack], { cwd: projectFolder, env });
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: { type: string; inputs?: unknown }[] } };
  const manifests = deployment.resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh"))
    .map(({ inputs }) => inputs as Manifest);
  return new Map(manifests.map((manifest) => [keyOfManifest(manifest), manifest]));
}

/** An object without what either side leaves out when it is empty. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, plain(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
}
