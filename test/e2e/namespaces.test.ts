import assert from "node:assert/strict";
import { kubectl, sluice, useLab, whyNoLab } from "./support/lab";
import { removeStack, sessionOptions, set, writeStack } from "./support/stack";

const minutes = 60_000;
const namespace = "kept";

describe("the namespace of a stack", function () {
  this.timeout(10 * minutes);

  const session = sessionOptions();
  const succeed = async (...command: string[]) => {
    const { exitCode, stdout, stderr } = await sluice(...command, ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  };

  before(async function () {
    await useLab(this, whyNoLab());
    writeStack([set("namespace", namespace)], "examples/Pulumi.replica-ratio.yaml");
  });

  afterEach(() => kubectl("delete", "namespace", namespace, "--ignore-not-found"));
  after(removeStack);

  it("stays with all that is in it where it was there before", async () => {
    await kubectl("create", "namespace", namespace);
    await kubectl("label", "namespace", namespace, "team=shop");
    await succeed("up", "--yes");
    const said = await succeed("down", "--yes", "--keep-cluster");
    assert.match(said, /3 objects removed; Namespace kept stays: it was there before the stack/);
    assert.match(await kubectl("get", "namespace", namespace, "--show-labels"), /Active .*team=shop/);
  });

  it("stays where others have something in it", async () => {
    await succeed("up", "--yes");
    await kubectl("create", "configmap", "theirs", "--namespace", namespace);
    const said = await succeed("down", "--yes", "--keep-cluster");
    assert.match(said, /3 objects removed; Namespace kept stays: it holds other objects: ConfigMap theirs/);
    assert.match(await kubectl("get", "configmaps", "--namespace", namespace), /theirs/);
  });
});
