import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { profileVariable } from "../../../cluster/profile";
import program = require("../../../index");
import { providersCluster } from "../../../record/ask-cluster";
import { evaluateProgram } from "../../../render/evaluate";
import { smallStack } from "../support/stacks";
import { withVariables } from "../support/variables";

const unnamed =
  /^kubernetes:context is missing: it must be set under sluice:environment production, .*: run pulumi config set/;

describe("the cluster of plain pulumi", () => {
  const demand = (settings: Record<string, string>, environment: "development" | "production" = "production") => {
    pulumi.runtime.setAllConfig(settings);
    providersCluster.demandNamed?.(environment);
  };

  withVariables(() => ({ [profileVariable]: undefined }));

  it("must be named in production, before anything is asked or made", async () => {
    const config = smallStack({ "sluice:environment": "production" });
    const run = () => program() as Promise<pulumi.Inputs>;
    await assert.rejects(evaluateProgram({ stack: "prod", config, run }), { name: "ConfigError", message: unnamed });
  });

  it("is named by its context or by a kubeconfig of its own", () => {
    assert.throws(() => demand({}), { name: "ConfigError", message: unnamed });
    assert.doesNotThrow(() => demand({ "kubernetes:context": "prod" }));
    assert.doesNotThrow(() => demand({ "kubernetes:kubeconfig": "~/.kube/prod" }));
  });

  it("may be whichever the shell is at in development, and a disposable one", () => {
    assert.doesNotThrow(() => demand({}, "development"));
    process.env[profileVariable] = "profile.yaml";
    assert.doesNotThrow(() => demand({}));
  });
});
