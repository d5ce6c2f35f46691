import assert from "node:assert/strict";
import { join } from "node:path";
import { renderEnvironment } from "../../../cli/commands/lab";
import { labInfo } from "../../../lab";
import { cacheDirectory } from "../../../lab/cache";

describe("sluice lab env", () => {
  const info = labInfo({ name: "sluice-env" });

  it("has pulumi work on the stacks and the state of the lab", () => {
    const lines = renderEnvironment(info, "/opt/pulumi", {}).split("\n");
    assert.ok(lines.includes("export PULUMI_BACKEND_URL=file:///var/lib/sluice-env/pulumi"));
    assert.ok(lines.includes("export KUBECONFIG=/var/lib/sluice-env/kubeconfig"));
    assert.ok(lines.includes('export PATH="/var/lib/sluice-env/bin:/opt/pulumi:$PATH"'));
    assert.ok(lines.includes('export PULUMI_CONFIG_PASSPHRASE=""'));
  });

  it("leaves the user's own passphrase as it is, and does not print it", () => {
    for (const env of [{ PULUMI_CONFIG_PASSPHRASE: "secret" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secret" }])
      assert.doesNotMatch(renderEnvironment(info, undefined, env), /PASSPHRASE|secret/);
  });

  it("has the lab's own Pulumi find its providers, in a Pulumi home of its own unless the user has one", () => {
    const folder = join(cacheDirectory(), "pulumi-path-0");
    assert.match(renderEnvironment(info, folder, {}), /^export PULUMI_HOME=".*\/pulumi-path-0\/home"$/m);
    assert.doesNotMatch(renderEnvironment(info, folder, { PULUMI_HOME: "/home/me/.pulumi" }), /PULUMI_HOME/);
    assert.doesNotMatch(renderEnvironment(info, "/opt/pulumi", {}), /PULUMI_HOME|PULUMI_IGNORE/);
  });

  it("adds nothing to PATH if there is no Pulumi", () => {
    assert.match(renderEnvironment(info, undefined, {}), /^export PATH="\/var\/lib\/sluice-env\/bin:\$PATH"$/m);
  });
});
