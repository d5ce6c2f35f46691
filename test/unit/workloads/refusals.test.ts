import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { parseStackConfig } from "../../../config";
import { ConfigError } from "../../../config/problems";
import { withSource } from "../../../sources/read";
import { fixturesFolder, fixtureStack, newImage } from "../../workloads/fixtures";
import { temporaryFolder } from "../support/folders";
import type { RawConfig } from "../support/stacks";

/** What is wrong, the fixture, what is changed in the stack, the key that is told, and what is said of it. */
const bad: readonly (readonly [title: string, fixture: string, changes: RawConfig, key: string, allowed: RegExp])[] = [
  [
    "several workloads",
    "shop.yaml",
    from("shop.yaml", {}),
    "from.workload",
    /must name the workload.*Deployment\/shop, Deployment\/redis/,
  ],
  [
    "a workload that isn't there",
    "shop.yaml",
    from("shop.yaml", { workload: "Deployment/shp" }),
    "from.workload",
    /one of the objects: Deployment\/shop, Deployment\/redis/,
  ],
  [
    "a workload that has no versions",
    "batch.yaml",
    from("batch.yaml", { workload: "CronJob/nightly" }),
    "from.workload",
    /must be a Deployment or a StatefulSet: it ends by itself/,
  ],
  [
    "a container that isn't there",
    "shop.yaml",
    from("shop.yaml", { workload: "Deployment/shop", container: "web" }),
    "from.container",
    /one of the containers of Deployment\/shop: shop, proxy/,
  ],
  [
    "an image of no container",
    "shop.yaml",
    from("shop.yaml", { workload: "Deployment/shop" }),
    "from.container",
    /must name the container whose image versions\.v2\.image is: shop, proxy/,
  ],
  ["no file", "none.yaml", {}, "from.manifests", /must be a file or a folder/],
  [
    "a version like the other",
    "plain.yaml",
    { "sluice:versions": { v1: {}, v2: { image: "registry.example/plain:1" } } },
    "versions.v2",
    /must differ from versions\.v1/,
  ],
  [
    "what the manifests say",
    "plain.yaml",
    { "sluice:versions": { v1: {}, v2: { image: newImage, port: 8080 } } },
    "versions.v2.port",
    /Deployment\/plain sets it: set what differs in versions\.v2\.patch/,
  ],
  [
    "a patch of the selector's label",
    "plain.yaml",
    { "sluice:versions": { v1: {}, v2: { patch: { metadata: { labels: { run: "new" } } } } } },
    "versions.v2.patch.metadata.labels.run",
    /must stay plain: the Deployment's selector/,
  ],
  [
    "an unknown directive",
    "plain.yaml",
    { "sluice:versions": { v1: {}, v2: { patch: { spec: { $retainKeys: [] } } } } },
    "versions.v2.patch.spec.$retainKeys",
    /the only directive is \$patch/,
  ],
  [
    "a typo in a patch",
    "plain.yaml",
    {
      "sluice:versions": {
        v1: {},
        v2: { patch: { spec: { containers: [{ name: "web", imagePullPolcy: "Never" }] } } },
      },
    },
    "versions.v2.patch.spec.containers.0.imagePullPolcy",
    /is not a field of Container .*did you mean imagePullPolicy\?/,
  ],
  ["the workload twice", "plain.yaml", { "sluice:workload": "plain" }, "workload", /has no meaning beside sluice:from/],
  [
    "a patch of the selector itself",
    "plain.yaml",
    { "sluice:versions": { v1: {}, v2: { patch: { spec: { selector: { matchLabels: { run: "new" } } } } } } },
    "versions.v2.patch.spec.selector",
    /is not a field of PodSpec/,
  ],
  [
    "Flagger",
    "plain.yaml",
    { "sluice:rollout": { driver: "flagger", interval: "30s", stepWeight: 10 } },
    "rollout.driver",
    /must be sluice under sluice:from/,
  ],
  ["no host", "plain.yaml", { "sluice:host": undefined }, "host", /must be set/],
  [
    "a host that leads elsewhere",
    "shop.yaml",
    { "sluice:host": "www.example.com" },
    "host",
    /routes to the workload: Ingress\/front has shop\.example\.com\/$/,
  ],
  [
    "a path of another's",
    "shop.yaml",
    { "sluice:path": "/cart" },
    "path",
    /must be an address that routes to the workload/,
  ],
  [
    "annotations of an Ingress of its own",
    "shop.yaml",
    { "sluice:route": { annotations: {} } },
    "route.annotations",
    /Ingress\/front sets it/,
  ],
  [
    "another namespace",
    "shop.yaml",
    { "sluice:namespace": "demo" },
    "namespace",
    /must be shop, where the objects have Deployment\/shop/,
  ],
];

function from(manifests: string, more: object): RawConfig {
  return { "sluice:from": { manifests, ...more } };
}

describe("an application that can't have two versions", () => {
  const folder = temporaryFolder();

  for (const [title, fixture, changes, key, allowed] of bad)
    it(`is refused: ${title}`, () => {
      const [problem, ...more] = problemsOf(fixtureStack(fixture, changes), fixturesFolder);
      assert.deepEqual([problem?.key, more], [key, []]);
      assert.match(problem?.allowed ?? "", allowed);
    });

  it("is told which Service has pods of others too", () => {
    const labels = { app: "both" };
    const deployment = (name: string) => ({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name } },
      spec: {
        selector: { matchLabels: { name } },
        template: { metadata: { labels: { ...labels, name } }, spec: { containers: [{ name, image: `${name}:1` }] } },
      },
    });
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "both" }, spec: { selector: labels } };
    write("both.yaml", [deployment("one"), deployment("two"), service]);
    const stack = fixtureStack("both.yaml", from("both.yaml", { workload: "Deployment/one" }));
    const [problem] = problemsOf(stack, folder);
    assert.match(problem?.allowed ?? "", /Service\/both selects the pods of Deployment\/two too/);
  });

  it("is told which of its objects has the name of one that the stack makes, and in which file", () => {
    const plain = withSource(fixtureStack("plain.yaml"), fixturesFolder)["sluice:from"] as { objects: object[] };
    mkdirSync(join(folder, "taken"));
    for (const [kind, apiVersion, name] of [
      ["Service", "v1", "plain-http-canary"],
      ["Deployment", "apps/v1", "plain-v2"],
    ] as const) {
      const labels = { app: "other" };
      const template = { metadata: { labels }, spec: { containers: [{ name, image: "other:1" }] } };
      const spec = kind === "Service" ? { ports: [{ port: 80 }] } : { selector: { matchLabels: labels }, template };
      write("taken/all.yaml", [...plain.objects, { apiVersion, kind, metadata: { name }, spec }]);
      const stack = fixtureStack("taken", { "sluice:from": { manifests: "taken", workload: "Deployment/plain" } });
      const [problem, ...more] = problemsOf(stack, folder);
      assert.deepEqual([problem?.value, more], [`${kind}/${name} in taken/all.yaml`, []]);
      assert.match(problem?.allowed ?? "", /must have another name: the stack makes an object of this one/);
    }
  });

  it("is told which label keeps a Service from its pods, and which objects there are without a workload", () => {
    const plain = withSource(fixtureStack("plain.yaml"), fixturesFolder)["sluice:from"] as { objects: object[] };
    const [deployment, service] = plain.objects as { metadata: object; spec: object }[];
    const narrow = { ...service, spec: { ...service?.spec, selector: { run: "plain", tier: "web" } } };
    write("narrow.yaml", [deployment ?? {}, narrow]);
    const [problem] = problemsOf(fixtureStack("narrow.yaml"), folder);
    assert.equal(problem?.value, "Deployment/plain in narrow.yaml");
    assert.match(problem.allowed, /Service\/plain-http requires tier: web, which they lack/);
    write("alone.yaml", [service ?? {}]);
    const [none] = problemsOf(fixtureStack("alone.yaml"), folder);
    assert.deepEqual(
      [none?.key, none?.allowed],
      ["from.workload", "must name a Deployment or a StatefulSet, and the objects have none: they are Service"],
    );
  });

  it("is told where an Ingress has what a plan can't say", () => {
    const ingress = (annotations: object, rule: object) => {
      const backend = { service: { name: "plain-http", port: { number: 8080 } } };
      const spec = { rules: [{ ...rule, http: { paths: [{ path: "/", pathType: "Prefix", backend, ...rule }] } }] };
      return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "odd", annotations }, spec };
    };
    mkdirSync(join(folder, "odd"));
    const told = (object: object) => {
      const plain = withSource(fixtureStack("plain.yaml"), fixturesFolder)["sluice:from"] as { objects: object[] };
      write("odd/all.yaml", [...plain.objects, object]);
      return problemsOf(fixtureStack("odd", { "sluice:host": undefined }), folder).map(({ allowed }) => allowed);
    };
    const nginx = "nginx.ingress.kubernetes.io";
    for (const [annotation, reason] of [
      ["use-regex", /changes which requests match/],
      ["rewrite-target", /changes which requests match/],
      ["permanent-redirect", /sends all users elsewhere/],
      ["ssl-passthrough", /passes encrypted connections to stable/],
      ["canary", /makes the Ingress a canary already/],
    ] as const) {
      const [said = ""] = told(ingress({ [`${nginx}/${annotation}`]: "true" }, { host: "a.b" }));
      assert.match(said, new RegExp(`^must do without the annotation ${nginx}/${annotation}: it ${reason.source}`));
    }
    // What nobody reads has always been ignored there.
    for (const [annotation, value] of [
      ["use-regex", "false"],
      ["canary", "false"],
      ["no-such-thing", "true"],
    ] as const)
      assert.deepEqual(told(ingress({ [`${nginx}/${annotation}`]: value }, { host: "a.b" })), []);
    assert.match(told(ingress({}, {})).join(), /must have a host in each rule of Ingress\/odd/);
    assert.match(told(ingress({}, { host: "a.b", path: "/(.*)" })).join(), /must have plain paths/);
  });

  it("is refused where its source isn't what it should be", () => {
    const message = (manifests: string) => {
      try {
        withSource(fixtureStack(manifests), folder);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    mkdirSync(join(folder, "empty"));
    assert.match(message("empty"), /must have files that end in \.yaml/);
    writeFileSync(join(folder, "list.yaml"), "- a\n- b\n");
    assert.match(message("list.yaml"), /document 1 of .*list\.yaml isn't a Kubernetes object: metadata/);
    writeFileSync(join(folder, "kind.yaml"), "apiVersion: v1\nkind: Service\n");
    assert.match(message("kind.yaml"), /isn't a Kubernetes object: it has no metadata/);
    writeFileSync(join(folder, "broken.yaml"), "a: [");
    assert.match(message("broken.yaml"), /broken\.yaml isn't YAML: /);
    writeFileSync(join(folder, "large.yaml"), `# ${"x".repeat(5_000_000)}`);
    assert.match(message("large.yaml"), /must have at most 4 MB, and it has 5\.0 MB/);
    mkdirSync(join(folder, "kustomized"));
    writeFileSync(join(folder, "kustomized", "kustomization.yaml"), "resources: [nothing.yaml]\n");
    assert.match(message("kustomized"), /can't be built by kubectl kustomize: accumulating resources.*nothing\.yaml/);
  });

  function write(name: string, objects: readonly object[]): void {
    writeFileSync(join(folder, name), objects.map((object) => stringify(object)).join("---\n"));
  }
});

function problemsOf(stack: RawConfig, folder: string) {
  try {
    parseStackConfig(withSource(stack, folder));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
