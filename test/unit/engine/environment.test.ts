import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineEnvironment } from "../../../engine/environment";
import { temporaryFolder, writeInto } from "../support/folders";
import { withVariables } from "../support/variables";

describe("engineEnvironment", () => {
  const folder = temporaryFolder();
  withVariables(() => ({
    XDG_STATE_HOME: join(folder, "state"),
    PULUMI_HOME: join(folder, "pulumi-home"),
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    KUBECONFIG: join(folder, "users-kubeconfig"),
  }));
  const backendOf = (environment: Record<string, string>) => fileURLToPath(environment["PULUMI_BACKEND_URL"] ?? "");

  it("keeps the state in files where nobody is logged in", async () => {
    const environment = await engineEnvironment({ name: "a" }, {});
    assert.equal(backendOf(environment), join(folder, "state", "sluice", "pulumi"));
    assert.ok(existsSync(backendOf(environment)));
    assert.equal(environment["PULUMI_CONFIG_PASSPHRASE"], "");
    assert.equal(environment["PULUMI_SKIP_UPDATE_CHECK"], "true");
  });

  it("keeps the state of a disposable cluster with it, wherever the user is logged in", async () => {
    process.env["PULUMI_BACKEND_URL"] = "https://backend.test";
    assert.equal(
      backendOf(await engineEnvironment({ name: "a" }, {}, join(folder, "lab"))),
      join(folder, "lab", "pulumi"),
    );
  });

  it("lets the user's backend and passphrase win", async () => {
    process.env["PULUMI_BACKEND_URL"] = "https://backend.test";
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "secret";
    const environment = await engineEnvironment({ name: "a" }, {});
    assert.equal("PULUMI_BACKEND_URL" in environment, false);
    assert.equal(environment["PULUMI_CONFIG_PASSPHRASE"], "secret");
  });

  it("sets no passphrase beside a passphrase file", async () => {
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = "somewhere";
    assert.equal("PULUMI_CONFIG_PASSPHRASE" in (await engineEnvironment({ name: "a" }, {})), false);
  });

  it("forces conflicts only when told to", async () => {
    const forced = await engineEnvironment({ name: "a" }, { forceConflicts: true });
    assert.equal(forced["PULUMI_K8S_ENABLE_PATCH_FORCE"], "true");
    assert.equal("PULUMI_K8S_ENABLE_PATCH_FORCE" in (await engineEnvironment({ name: "a" }, {})), false);
  });

  it("names the cluster's kubeconfig and profile", async () => {
    const cluster = { name: "a", kubeconfig: "lab-kubeconfig", profileFile: "profile.yaml" };
    const environment = await engineEnvironment(cluster, {});
    assert.equal(environment["KUBECONFIG"], "lab-kubeconfig");
    assert.equal(environment["SLUICE_CLUSTER_PROFILE"], "profile.yaml");
    assert.equal("KUBECONFIG" in (await engineEnvironment({ name: "a" }, {})), false);
  });

  it("chooses a context by a file in front of the kubeconfig, which stays as it is", async () => {
    const kubeconfig = writeInto(folder, "kubeconfig", "untouched");
    const environment = await engineEnvironment({ name: "a", kubeconfig, context: "user@prod/1" }, {});
    const [first = "", ...others] = (environment["KUBECONFIG"] ?? "").split(delimiter);
    assert.deepEqual(others, [kubeconfig]);
    const written = JSON.parse(readFileSync(first, "utf8")) as Record<string, unknown>;
    assert.deepEqual([written["kind"], written["current-context"]], ["Config", "user@prod/1"]);
    assert.equal(readFileSync(kubeconfig, "utf8"), "untouched");
    const users = await engineEnvironment({ name: "a", context: "prod" }, {});
    assert.equal(users["KUBECONFIG"]?.split(delimiter)[1], join(folder, "users-kubeconfig"));
  });
});
