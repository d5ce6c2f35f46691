import assert from "node:assert/strict";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { exampleFile } from "./support/example";
import { sluiceJson } from "./support/lab";

/** What each example says of its traffic, the rest of its lines left out. */
const summaries: Readonly<Record<string, string>> = {
  "ab-test": "100% page-a; Experiment = checkout-b → page-b; cookie experiment=always → page-b",
  "blue-green": "100% v1 (blue)",
  "blue-green-ingress": "100% v1 (blue)",
  "canary-by-cookie": "100% v1; cookie user_from_shenzhen=always → v2",
  "canary-by-header": "100% v1; Region ~ shenzhen → v2",
  "canary-by-weight": "90% v1, 10% v2",
  "canary-full": "97.5% v1, 2.5% v2; Region ~ ^(shenzhen|shanghai)$ → v2; cookie trial=always → v2",
  flagger: "100% blue, by Flagger",
  istio: "100% v1; clients from 192.168.0.58/32 → v2",
  "replica-ratio": "about 75% v1-27, 25% v1-28",
  rollout: "100% blue",
  workloads: "100% v1; cookie beta=always → v2",
};

/** What is warned of, where something is. */
const warnings: Readonly<Record<string, readonly string[]>> = {
  flagger: ["warning: sluice:rollout.interval is 3s, and Flagger raises it to 10s"],
};

describe("the examples", () => {
  const file = join(packageFolder, "Pulumi.e2e-examples.yaml");
  after(() => rmSync(file, { force: true }));

  it("are all known to this suite", () => {
    const names = readdirSync(join(packageFolder, "examples")).flatMap(
      (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
    );
    assert.deepEqual(names.sort(), Object.keys(summaries).sort());
  });

  for (const [name, summary] of Object.entries(summaries))
    it(`${name} says ${summary}`, async () => {
      // As each of them says, it is copied to the project's folder first: what it names is relative to that.
      copyFileSync(exampleFile(name), file);
      const explained = await sluiceJson<{ summary: string; warnings: string[] }>("explain", "--config", file);
      assert.equal(explained.summary, summary);
      assert.deepEqual(explained.warnings, warnings[name] ?? []);
    });
});
