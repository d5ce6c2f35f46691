import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { renderStack } from "../../../render/render-stack";
import { temporaryFolder } from "../support/folders";
import { quietContext } from "../support/quiet-context";
import { smallStack } from "../support/stacks";

describe("renderStack", () => {
  const parent = temporaryFolder();
  const folder = join(parent, "rendered");
  const render = (changes = {}, generatedFile?: string) =>
    renderStack({ stack: "test", config: smallStack(changes), folder, generatedFile }, quietContext);

  it("fills the folder with manifests alone, the namespace first, and says how they are applied", async () => {
    const { files, commands } = await render();
    assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
    assert.equal(files[0], "000-namespace-demo.yaml");
    for (const file of files) assert.ok((parse(readFileSync(join(folder, file), "utf8")) as { kind?: string }).kind);
    assert.deepEqual(commands, [`kubectl apply --server-side -f ${folder}`]);
  });

  it("replaces what an earlier render left, also in the folder of what is applied second, and nothing else", async () => {
    mkdirSync(join(folder, "after"));
    writeFileSync(join(folder, "after", "000-ipaddresspool-a.yaml"), "");
    writeFileSync(join(folder, "999-service-old.yaml"), "");
    writeFileSync(join(folder, "kustomization.yaml"), "");
    const { files } = await render();
    assert.deepEqual(readdirSync(folder).sort(), [...files, "kustomization.yaml"].sort());
  });

  it("keeps generated values beside the folder, or where it is told, those of the folder's own included", async () => {
    assert.ok(existsSync(join(parent, "rendered.generated.json")));
    const elsewhere = join(parent, "values.json");
    writeFileSync(join(folder, "generated.json"), '{ "key": "abc" }');
    await render({}, elsewhere);
    assert.deepEqual(JSON.parse(readFileSync(elsewhere, "utf8")), { key: "abc" });
    assert.ok(!existsSync(join(folder, "generated.json")));
  });

  it("refuses a file of generated values that it did not write", async () => {
    const broken = join(parent, "broken.json");
    writeFileSync(broken, "no JSON");
    await assert.rejects(render({}, broken), /broken\.json is not as Sluice wrote it/);
  });
});
