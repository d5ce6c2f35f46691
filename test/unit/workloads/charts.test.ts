import assert from "node:assert/strict";
import { join } from "node:path";
import { parseStackConfig } from "../../../config";
import { ConfigError } from "../../../config/problems";
import { evaluateProgram } from "../../../render/evaluate";
import { withSource } from "../../../sources/read";
import { completedSource, recordedSource } from "../../../workloads/record";
import { newImage } from "../../workloads/fixtures";
import type { RawConfig } from "../support/stacks";

const folder = join(__dirname, "../../workloads/charts");

function chartStack(trial: object, from: object = {}): RawConfig {
  return {
    "sluice:from": { chart: "press", ...from },
    "sluice:ingressController": { kind: "existing", className: "nginx" },
    "sluice:host": "www.example.com",
    "sluice:namespace": "press",
    "sluice:stable": "v1",
    "sluice:canary": "v2",
    "sluice:versions": { v1: {}, v2: trial },
  };
}

interface PodSpec {
  readonly containers: readonly {
    readonly image: string;
    readonly envFrom: readonly { configMapRef: { name: string } }[];
  }[];
  readonly volumes: readonly object[];
}

describe("a chart with two versions", function () {
  before(function () {
    try {
      withSource(chartStack({ image: newImage }), folder);
    } catch (error) {
      if (!/needs helm on the PATH/.test((error as Error).message)) throw error;
      this.test?.parent?.eachTest((test) => (test.title += " (skipped: there is no helm)"));
      this.skip();
    }
  });

  it("shares everything if they differ in the image alone", async () => {
    const { names, pods } = await objectsOf(chartStack({ image: newImage }));
    assert.deepEqual(names, [
      "ConfigMap/press-config",
      "Deployment/press-v1",
      "Deployment/press-v2",
      "Ingress/press",
      "Ingress/press-canary",
      "Namespace/press",
      "Secret/press-theme",
      "Service/press",
      "Service/press-canary",
    ]);
    assert.deepEqual(
      [pods("v1").containers[0]?.image, pods("v2").containers[0]?.image],
      ["registry.example/press:1", newImage],
    );
  });

  it("keeps a ConfigMap and a Secret apart that differ by values, and has the pods refer to their own", async () => {
    const { names, pods } = await objectsOf(
      chartStack({ values: { title: "Other", theme: "dark", image: { tag: "2" } } }),
    );
    const [config, theme] = ["ConfigMap/press-config-", "Secret/press-theme-"].map((start) =>
      names.find((name) => name.startsWith(start))?.replace(/^.*\//, ""),
    );
    assert.ok(config && theme, names.join());
    const { containers, volumes } = pods("v2");
    assert.equal(containers[0]?.image, "registry.example/press:2");
    assert.equal(containers[0].envFrom[0]?.configMapRef.name, config);
    assert.deepEqual(volumes, [
      { name: "theme", secret: { secretName: theme } },
      { name: "all", projected: { sources: [{ secret: { name: theme } }, { configMap: { name: config } }] } },
    ]);
    assert.equal(pods("v1").containers[0]?.envFrom[0]?.configMapRef.name, "press-config");
  });

  it("takes both versions' values from the stack, those of a version over them", async () => {
    const { pods } = await objectsOf(
      chartStack({ values: { image: { tag: "3" } } }, { values: { image: { repository: "mirror.example/press" } } }),
    );
    assert.deepEqual(
      ["v1", "v2"].map((version) => pods(version).containers[0]?.image),
      ["mirror.example/press:1", "mirror.example/press:3"],
    );
  });

  it("is recorded without its Secrets, and is whole again with the stack's file", () => {
    const whole = withSource(
      chartStack({ values: { title: "Other", theme: "hunter2" } }, { values: { theme: "hunter2-too" } }),
      folder,
    );
    const recorded = recordedSource(whole);
    assert.doesNotMatch(JSON.stringify(recorded), /hunter2/);
    assert.deepEqual(parseStackConfig(recorded).plan, parseStackConfig(whole).plan);
    const { versions } = parseStackConfig(completedSource(recorded, whole));
    const rendered = Object.entries(parseStackConfig(whole).versions).map(([name, { values: _, ...version }]) => [
      name,
      version,
    ]);
    assert.deepEqual(versions, Object.fromEntries(rendered));
  });

  for (const [title, stack, key, allowed] of [
    [
      "a Service that differs",
      chartStack({ values: { port: 81 } }),
      "versions.v2.values",
      /must not change Service\/press, which all versions share/,
    ],
    [
      "an object more",
      chartStack({ values: { extra: true } }),
      "versions.v2.values",
      /must not add PersistentVolumeClaim\/press-extra/,
    ],
    [
      "a hook",
      chartStack({ image: newImage }, { values: { hook: true } }),
      "from.chart",
      /has hooks.*Job\/press-migrate \(pre-upgrade\): set sluice:from\.hooks/,
    ],
    [
      "values made anew each time",
      chartStack({ image: newImage }, { values: { random: true } }),
      "from.chart",
      /generates Secret\/press-random again each time/,
    ],
    [
      "a chart that isn't there",
      chartStack({ image: newImage }, { chart: "none" }),
      "from.chart",
      /can't be rendered by helm template: Error: /,
    ],
    [
      "values without a chart",
      { ...chartStack({ values: {} }), "sluice:from": { manifests: "../fixtures/plain.yaml" } },
      "versions.v2.values",
      /has no meaning without sluice:from\.chart/,
    ],
    [
      "a chart's version without a chart",
      { ...chartStack({}), "sluice:from": { manifests: "../fixtures/plain.yaml", version: "1" } },
      "from.version",
      /has no meaning without sluice:from\.chart/,
    ],
  ] as const)
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => parseStackConfig(withSource(stack, folder)),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError, String(error));
          assert.equal(error.problems[0]?.key, key);
          assert.match(error.problems[0].allowed, allowed);
          return true;
        },
      );
    });

  it("applies a hook like every other object, or leaves it out, as the stack says", async () => {
    const hooks = async (word: string) => {
      const { names } = await objectsOf(chartStack({ image: newImage }, { values: { hook: true }, hooks: word }));
      return names.includes("Job/press-migrate");
    };
    assert.deepEqual([await hooks("apply"), await hooks("leaveOut")], [true, false]);
  });
});

async function objectsOf(stack: RawConfig) {
  const config = { ...withSource(stack, folder) };
  const { resources } = await evaluateProgram({ stack: "test", config });
  const made = resources.map(
    ({ inputs }) => inputs as { kind: string; metadata: { name: string }; spec: { template: { spec: PodSpec } } },
  );
  return {
    names: made.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort(),
    pods: (version: string) => {
      const found = made.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === `press-${version}`);
      assert.ok(found);
      return found.spec.template.spec;
    },
  };
}
