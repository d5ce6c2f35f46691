import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packFolder } from "../../engine/policy/pack";
import { policies } from "../../policies/policies";
import { badStacks, type BadStack } from "../policies/support/bad-stacks";
import { render } from "../policies/support/render";
import { smallStack } from "../unit/support/stacks";
import { pulumi } from "./support/pulumi";

const minutes = 60_000;

describe("the pack by Pulumi's own engine", function () {
  this.timeout(5 * minutes);

  const folder = mkdtempSync(join(tmpdir(), "sluice-fire-"));
  const project = join(__dirname, "support", "manifests-program");
  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(join(project, "Pulumi.bad.yaml"), { force: true });
  });

  it("fires every policy on the stack that it is there to stop", async () => {
    const names = policies.map(({ name }) => name);
    const rendered: Record<string, unknown> = {};
    for (const name of names) rendered[name] = await render(apart(name, stacks[name] ?? assert.fail(name)));
    Object.assign(rendered["rollout-stands"] ?? assert.fail(), { undone: "rollout 3 promoted v2" });
    const settings = names.map((name) => [name, { enforcementLevel: "advisory", ...badStacks[name]?.settings }]);
    writeFileSync(join(folder, "manifests.json"), JSON.stringify(rendered));
    writeFileSync(join(folder, "config.json"), JSON.stringify(Object.fromEntries(settings)));
    for (const place of ["state", "out"]) mkdirSync(join(folder, place));
    const env = {
      PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "",
      SLUICE_TEST_MANIFESTS: join(folder, "manifests.json"),
      SLUICE_TEST_OUT: join(folder, "out"),
    };
    await pulumi(["stack", "init", "bad"], env, project);
    const pack = ["--policy-pack", packFolder, "--policy-pack-config", join(folder, "config.json")];
    const { stdout } = await pulumi(["preview", "--stack", "bad", ...pack], env, project);
    assert.doesNotMatch(stdout, /the policy itself failed|can't run policy/);
    const fired = names.filter((name) => new RegExp(`\\[advisory\\] +${name} `).test(stdout));
    assert.deepEqual(fired, names, stdout);
  });
});

/** What a rollout has decided is told by its record, which the program reads of a cluster: here it is told by hand. */
const stacks = { ...badStacks, "rollout-stands": { stacks: [smallStack()] } } as Readonly<Record<string, BadStack>>;

/** Gives a bad stack namespaces and hosts of its own, so that all of them can stand in one program. */
function apart(name: string, { stacks, ...bad }: BadStack): BadStack {
  return {
    ...bad,
    stacks: stacks.map((config) => ({
      ...config,
      "sluice:namespace": `${name}-${String(config["sluice:namespace"])}`,
      "sluice:host": `${name}.${String(config["sluice:host"])}`,
    })),
  };
}
