import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packFolder } from "../../engine/policy/pack";
import { policies } from "../../policies/policies";
import { readExample, render, type Side } from "../../scripts/policies/examples";
import { pulumi } from "./support/pulumi";

const minutes = 60_000;

const names = policies.map(({ name }) => name);

describe("the pack by Pulumi's own engine", function () {
  this.timeout(5 * minutes);

  const folder = mkdtempSync(join(tmpdir(), "sluice-fire-"));
  const project = join(__dirname, "support", "manifests-program");
  const env = {
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "",
    SLUICE_TEST_MANIFESTS: join(folder, "manifests.json"),
    SLUICE_TEST_OUT: join(folder, "out"),
  };

  before(async () => {
    for (const place of ["state", "out"]) mkdirSync(join(folder, place));
    const settings = names.map((name) => [name, { enforcementLevel: "advisory", ...readExample(name).settings }]);
    writeFileSync(join(folder, "config.json"), JSON.stringify(Object.fromEntries(settings)));
    await pulumi(["stack", "init", "bad"], env, project);
  });

  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(join(project, "Pulumi.bad.yaml"), { force: true });
  });

  /** The policies that say something of their own example, of all that stand in one program. */
  const fired = async (side: "violates" | "passes"): Promise<string[]> => {
    const rendered: Record<string, unknown> = {};
    for (const name of names) rendered[name] = await render(apart(name, readExample(name)[side]));
    writeFileSync(env.SLUICE_TEST_MANIFESTS, JSON.stringify(rendered));
    const pack = ["--policy-pack", packFolder, "--policy-pack-config", join(folder, "config.json")];
    const { stdout } = await pulumi(["preview", "--stack", "bad", ...pack], env, project);
    assert.doesNotMatch(stdout, /the policy itself failed|can't run policy/);
    return names.filter((name) => new RegExp(`\\[advisory\\].* ${name} +\\(\\S+: ${name}\\b`).test(stdout));
  };

  it("fires every policy on the example that it is there to stop", async () =>
    assert.deepEqual(await fired("violates"), names));

  it("fires none on the example that it lets pass", async () => assert.deepEqual(await fired("passes"), []));
});

/** Gives an example namespaces and hosts of its own, so that all of them can stand in one program. */
function apart(name: string, side: Side): Side {
  const text = JSON.stringify(side)
    .replaceAll('"demo"', `"${name}-demo"`)
    .replaceAll("www.test.com", `${name}.test.com`);
  return JSON.parse(text) as Side;
}
