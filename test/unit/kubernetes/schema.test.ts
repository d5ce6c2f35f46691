import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { schemaFaults } from "../../../kubernetes/schema";
import { packageFolder } from "../../../package-folder";

const faultsOf = (...args: Parameters<typeof schemaFaults>) =>
  schemaFaults(...args).map(({ path, allowed }) => `${path.join(".")} ${allowed}`);

describe("Kubernetes' own schema", () => {
  const container = { name: "app", image: "nginx:1" };
  const pods = (more: object) => ({ spec: { containers: [{ ...container, ...more }] } });

  it("takes whole objects, with quantities as numbers and empty fields", () => {
    const resources = { requests: { cpu: 1, memory: "32Mi" }, limits: null };
    const volume = { name: "cache", emptyDir: { sizeLimit: 100 } };
    const template = { ...pods({ resources, ports: [{ containerPort: 80 }] }), metadata: { labels: { app: "shop" } } };
    assert.deepEqual(
      faultsOf("V1Deployment", {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "shop", creationTimestamp: null },
        spec: {
          selector: { matchLabels: { app: "shop" } },
          strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 } },
          template: { ...template, spec: { ...template.spec, volumes: [volume] } },
        },
      }),
      [],
    );
  });

  for (const [title, more, fault] of [
    [
      "an unknown field",
      { livenesProbe: {} },
      /^spec\.containers\.0\.livenesProbe is not .* Container in .*livenessProbe\?/,
    ],
    [
      "a number for a text",
      { env: [{ name: "PORT", value: 80 }] },
      /^spec\.containers\.0\.env\.0\.value must be a text/,
    ],
    ["a text for a number", { ports: [{ containerPort: "80" }] }, /ports\.0\.containerPort must be a whole number$/],
    ["a map for a list", { args: { a: 1 } }, /^spec\.containers\.0\.args must be a list$/],
    ["a text for a map", { resources: "small" }, /resources must be a map of claims, limits, requests$/],
    ["a text for a yes or no", { tty: "true" }, /tty must be true or false$/],
    [
      "a fraction of a port",
      { readinessProbe: { tcpSocket: { port: 1.5 } } },
      /port must be a whole number or a text$/,
    ],
    ["an entry without its name", { env: [{ value: "1" }] }, /env\.0\.name must be set, as EnvVar requires it$/],
  ] as const)
    it(`refuses ${title}, with its path`, () => {
      const [found = "", ...others] = faultsOf("V1PodTemplateSpec", pods(more));
      assert.match(found, fault);
      assert.deepEqual(others, []);
    });

  it("asks nothing of a patch that is not there, and leaves its directives alone", () => {
    const patch = {
      metadata: { labels: { $patch: "replace", tier: "web" } },
      spec: {
        containers: [
          { name: "app", $patch: "delete" },
          { name: "log", lifecycle: null },
        ],
        hostAlias: [],
      },
    };
    assert.deepEqual(
      schemaFaults("V1PodTemplateSpec", patch, { isPatch: true }).map(({ path }) => path),
      [["spec", "hostAlias"]],
    );
  });

  it("takes numbers in quotes where they are a stack file's", () => {
    const probe = { tcpSocket: { port: "80" }, periodSeconds: "5" };
    assert.deepEqual(faultsOf("V1Probe", probe, { isInStackFile: true }), []);
    assert.deepEqual(faultsOf("V1Probe", probe), ["periodSeconds must be a whole number"]);
  });

  it("loads of the client nothing but the models that a value needs", () => {
    const script = `
      require("./kubernetes/schema").schemaFaults("V1Probe", { tcpSocket: { port: 80 } });
      console.log(Object.keys(require.cache).filter((file) => file.includes("client-node")).map((file) => file.replace(/.*[\\\\/]/, "")).join());`;
    const args = ["--require", "ts-node/register", "-e", script];
    const env = { ...process.env, TS_NODE_PROJECT: "tsconfig.swc.json" };
    const loaded = execFileSync("node", args, { cwd: packageFolder, encoding: "utf8", env }).trim().split(",");
    assert.deepEqual(loaded.sort(), ["V1Probe.js", "V1TCPSocketAction.js"]);
  });
});
