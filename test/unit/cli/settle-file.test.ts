import assert from "node:assert/strict";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileDiff } from "../../../cli/file-diff";
import { settleFile, settlementOf } from "../../../cli/settle-file";
import type { RolloutTraffic } from "../../../record/traffic";
import { temporaryFolder, writeInto } from "../support/folders";

const text = `config:
  sluice:host: www.test.com
  sluice:stable: v1 # since May
  sluice:workload: nginx
  sluice:versions:
    v1: { image: "nginx:1" }
    v2:
      image: nginx:2
  sluice:ingressController: { kind: existing }
`;
const settled = text.replace("v1 # since May", "v2 # since May").replace("nginx:2\n", "nginx:2\n      replicas: 2\n");
const traffic: RolloutTraffic = {
  ...{ id: 3, from: "v1", to: "v2", state: "promoted", checksum: "" },
  values: { stable: "v2", canary: null, canaryWeight: null, "versions.v2.replicas": 2, "versions.v0.replicas": 0 },
  before: { stable: "v1", canary: null, canaryWeight: null, "versions.v2.replicas": null },
};

describe("a stack's file after a rollout", () => {
  const folder = temporaryFolder();
  const place = (content: string) => ({ file: writeInto(folder, "Pulumi.dev.yaml", content), stack: "dev" });

  it("gets what the rollout has brought, with its comments, and as a whole", () => {
    const { file, stack } = place(text);
    chmodSync(file, 0o640);
    assert.equal(settleFile({ file, stack }, traffic), undefined);
    assert.equal(readFileSync(file, "utf8"), settled);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes(".tmp")),
      [],
    );
  });

  it("is written where it really is", () => {
    const { file } = place(text);
    const link = join(folder, "Pulumi.link.yaml");
    symlinkSync(file, link);
    assert.equal(settleFile({ file: link, stack: "link" }, traffic), undefined);
    assert.equal(readFileSync(file, "utf8"), settled);
    assert.ok(lstatSync(link).isSymbolicLink());
  });

  it("stays as it is where it says so already, in whatever form", () => {
    const same = settled.replace("stable: v2 # since May", 'stable: "v2"');
    const { file, stack } = place(same);
    assert.equal(settleFile({ file, stack }, traffic), undefined);
    assert.equal(readFileSync(file, "utf8"), same);
  });

  it("stays as it is where somebody has changed its traffic, or it can't be used, and says why", () => {
    const other = place(text.replace("v1 # since May", "v2\n  sluice:canary: v1\n  sluice:canaryWeight: 5"));
    assert.match(settleFile(other, traffic) ?? "", /the traffic in .* was changed after the rollout began$/);
    assert.equal(settlementOf(other, traffic).isUntouched, false);
    assert.match(settleFile(place("config: ["), traffic) ?? "", /is not valid YAML/);
    assert.match(settleFile({ file: join(folder, "gone.yaml"), stack: "gone" }, traffic) ?? "", /ENOENT/);
  });

  it("is told as a change that git can apply", async () => {
    const diff = await fileDiff("/somewhere/Pulumi.dev.yaml", text, settled);
    assert.match(diff, /^--- a\/Pulumi\.dev\.yaml$/m);
    assert.match(diff, /^- {2}sluice:stable: v1 # since May\n\+ {2}sluice:stable: v2 # since May$/m);
    assert.equal(await fileDiff("/somewhere/Pulumi.dev.yaml", text, text), "");
  });
});
