import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { keepConfigSecret, readSecretConfig } from "../../../components/secret-values";
import { parseStackConfig } from "../../../config";
import { asTexts, smallStack } from "../support/stacks";

interface Inputs {
  readonly data?: object;
}

/** Runs a program of a project whose stack has an encrypted value, and gives back the inputs of what it makes. */
async function run(program: () => void): Promise<Inputs[]> {
  const seen: Inputs[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        seen.push(inputs as Inputs);
        return { id: name, state: inputs as Inputs };
      },
      call: ({ inputs }) => inputs as object,
    },
    "web-shop",
    "dev",
  );
  pulumi.runtime.setAllConfig({}, ["sluice:versions"]);
  await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
  await pulumi.runtime.disconnect();
  return seen;
}

describe("a value that is encrypted in the config", () => {
  const config = (v2: object) => {
    const v1 = { image: "nginx:1", env: { PASSWORD: "hunter2" } };
    return asTexts(smallStack({ "sluice:versions": { v1, v2 }, "sluice:host": "NOT A HOST" }));
  };

  it("stays a secret in the state, whatever the project is called", async () => {
    const made = await run(() => {
      keepConfigSecret();
      new k8s.core.v1.ConfigMap("files", { data: { password: "hunter2" } });
    });
    const [data] = made.flatMap(({ data }) => data ?? []);
    assert.ok(data);
    assert.ok(Object.hasOwn(data, pulumi.runtime.specialSigKey), "not marked as a secret");
  });

  it("is in no message of a program, which gets it decrypted; other values are", async () => {
    await run(() =>
      assert.throws(
        () => readSecretConfig(() => parseStackConfig(config({ image: "nginx:2", env: ["hunter2"] }))),
        (error: Error) => {
          assert.match(
            error.message,
            /^sluice:versions\.v2\.env is "\[secret\]": it must be a map from name to text$/m,
          );
          assert.match(error.message, /^sluice:host is "NOT A HOST": /m);
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        },
      ),
    );
  });
});
