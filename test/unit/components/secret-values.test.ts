import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { keepConfigSecret, readSecretConfig } from "../../../components/secret-values";
import { parseStackConfig } from "../../../config";
import { asTexts, smallStack } from "../support/stacks";

type Inputs = Readonly<Record<string, unknown>>;

/** Runs a program of a project whose stack has an encrypted value, and gives back the inputs of what it makes, by name. */
async function run(program: () => void): Promise<Record<string, Inputs>> {
  const seen: Record<string, Inputs> = {};
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        seen[name] = inputs as Inputs;
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

  const isSecret = (value: unknown) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, pulumi.runtime.specialSigKey);

  it("stays a secret wherever it stands in an object, whatever the project is called", async () => {
    const patch = { spec: { containers: [{ name: "app", args: ["--token=hunter2-of-old"] }] } };
    const versions = {
      v1: { image: "nginx:1", env: { PASSWORD: "hunter2", LEVEL: "1" }, patch: { token: "hunter2-of-old", ...patch } },
    };
    const {
      files = {},
      pods = {},
      cron = {},
    } = await run(() => {
      keepConfigSecret({ "sluice:versions": JSON.stringify(versions) });
      new k8s.core.v1.ConfigMap("files", {
        metadata: { name: "hunter2" },
        data: { password: "hunter2", mode: "open" },
      });
      const env = [{ name: "PASSWORD", value: "hunter2" }];
      const spec = { containers: [{ name: "app", args: ["--token=hunter2-of-old"], image: "nginx:1", env }] };
      const metadata = { labels: { level: "1" }, namespace: pulumi.output("hunter2") };
      new k8s.apps.v1.StatefulSet("pods", {
        metadata,
        spec: { selector: { matchLabels: { level: "1" } }, serviceName: "pods", template: { metadata, spec } },
      });
      new k8s.apiextensions.CustomResource("cron", {
        apiVersion: "example.com/v1",
        kind: "Cron",
        spec: { line: ["curl -H hunter2-of-old"], every: "5m" },
      });
    });
    // The SDK marks the outermost field for what is secret inside of it.
    for (const inner of [files["data"], pods["spec"], cron["spec"]]) assert.ok(isSecret(inner), JSON.stringify(inner));
    assert.deepEqual(files["metadata"], { name: "hunter2" });
    assert.deepEqual(pods["metadata"], { labels: { level: "1" }, namespace: "hunter2" });
  });

  it("leaves routes as they are, which a preview shows", async () => {
    const { route = {} } = await run(() => {
      keepConfigSecret({ "sluice:versions": { v1: { env: { WEIGHT: "10" } } } });
      const parent = new pulumi.ComponentResource("sluice:router:IngressRouter", "routing");
      new k8s.networking.v1.Ingress("route", { metadata: { annotations: { weight: "10" } } }, { parent });
    });
    assert.deepEqual(route["metadata"], { annotations: { weight: "10" } });
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
