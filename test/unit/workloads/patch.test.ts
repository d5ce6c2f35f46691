import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patched, patchFaults } from "../../../workloads/patch";

const template = {
  metadata: { labels: { app: "shop" }, annotations: { a: "1", b: "2" } },
  spec: {
    terminationGracePeriodSeconds: 30,
    nodeSelector: { disk: "ssd" },
    initContainers: [{ name: "migrate", image: "shop:1" }],
    containers: [
      {
        name: "shop",
        image: "shop:1",
        args: ["serve", "--fast"],
        env: [
          { name: "LOG", value: "info" },
          { name: "MODE", value: "a" },
        ],
        ports: [{ name: "web", containerPort: 80 }],
        volumeMounts: [{ name: "files", mountPath: "/files" }],
        readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 2 },
      },
      { name: "proxy", image: "proxy:1" },
    ],
    volumes: [{ name: "files", emptyDir: {} }],
    tolerations: [{ key: "spot" }],
  },
};

/** What is patched, in words, and the patch. */
const patches: readonly (readonly [title: string, patch: Record<string, unknown>])[] = [
  [
    "an env variable of one container",
    { spec: { containers: [{ name: "shop", env: [{ name: "LOG", value: "debug" }] }] } },
  ],
  ["a variable more", { spec: { containers: [{ name: "shop", env: [{ name: "NEW", value: "1" }] }] } }],
  ["a variable less", { spec: { containers: [{ name: "shop", env: [{ name: "LOG", $patch: "delete" }] }] } }],
  ["arguments, which are replaced", { spec: { containers: [{ name: "shop", args: ["serve"] }] } }],
  ["tolerations, which are replaced", { spec: { tolerations: [{ key: "arm" }] } }],
  [
    "a probe field, and one gone",
    { spec: { containers: [{ name: "shop", readinessProbe: { periodSeconds: null, timeoutSeconds: 3 } }] } },
  ],
  ["a sidecar gone", { spec: { containers: [{ name: "proxy", $patch: "delete" }] } }],
  ["a sidecar more", { spec: { containers: [{ name: "log", image: "log:1" }] } }],
  ["all containers replaced", { spec: { containers: [{ $patch: "replace" }, { name: "only", image: "only:1" }] } }],
  ["a map replaced", { spec: { nodeSelector: { $patch: "replace", arch: "arm64" } } }],
  ["annotations, one of them gone", { metadata: { annotations: { a: null, c: "3" } } }],
  [
    "a port and a mount by their keys",
    {
      spec: {
        containers: [
          {
            name: "shop",
            ports: [{ containerPort: 80, name: "http" }, { containerPort: 81 }],
            volumeMounts: [{ name: "files", mountPath: "/more" }],
          },
        ],
      },
    },
  ],
  [
    "a volume",
    {
      spec: {
        volumes: [
          { name: "files", emptyDir: { sizeLimit: "1Mi" } },
          { name: "b", emptyDir: {} },
        ],
      },
    },
  ],
];

describe("patched", () => {
  const kubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

  for (const [title, patch] of patches)
    it(`says what kubectl patch says: ${title}${kubectl ? "" : " (skipped: there is no kubectl)"}`, function () {
      if (!kubectl) this.skip();
      assert.deepEqual(sorted(patched(template, patch)), sorted(byKubectl(patch)));
    });

  it("leaves what it patches as it was", () => {
    const before = JSON.stringify(template);
    for (const [, patch] of patches) patched(template, patch);
    assert.equal(JSON.stringify(template), before);
  });

  it("tells a directive that it does not know, and an entry that nothing tells apart", () => {
    assert.deepEqual(
      patchFaults({
        spec: {
          $setElementOrder: [],
          nodeSelector: { $patch: "merge" },
          containers: [{ image: "shop:2" }],
          tolerations: [{ operator: "Exists" }],
        },
      }).map(({ path }) => path),
      ["patch.spec.$setElementOrder", "patch.spec.nodeSelector.$patch", "patch.spec.containers.0"],
    );
  });
});

/** kubectl applies a patch to a local file without any cluster. */
function byKubectl(patch: Record<string, unknown>): unknown {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  try {
    const file = join(folder, "deployment.json");
    const spec = { selector: { matchLabels: { app: "shop" } }, template };
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop" }, spec }),
    );
    const text = JSON.stringify({ spec: { template: patch } });
    const args = ["patch", "--local", "-f", file, "--type", "strategic", "-p", text, "-o", "json"];
    const { stdout, stderr, status } = spawnSync("kubectl", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return (JSON.parse(stdout) as { spec: { template: unknown } }).spec.template;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** kubectl adds new entries in another order, and fields that Go's types always write. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(
    ([name, inner]) => !(["resources", "creationTimestamp"].includes(name) && isEmpty(inner)),
  );
  return Object.fromEntries(
    fields.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
