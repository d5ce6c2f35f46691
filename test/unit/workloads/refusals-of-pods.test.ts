import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { ConfigError } from "../../../config/problems";

/** A Deployment with its Service, and more in its spec and in its pods'. */
function application(spec: object, pods: object = {}, more: readonly ClusterObject[] = []): ClusterObject[] {
  const containers = [{ name: "db", image: "registry.example/db:1" }];
  const template = { metadata: { labels: { app: "db" } }, spec: { containers, ...pods } };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "db" },
      spec: { selector: { matchLabels: { app: "db" } }, ...spec, template },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "db" },
      spec: { selector: { app: "db" }, ports: [{ port: 80 }] },
    },
    ...more,
  ];
}

function claim(...accessModes: string[]): ClusterObject {
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec: { accessModes } };
}

const mounted = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
const withPort = (port: object) => ({ containers: [{ name: "db", image: "registry.example/db:1", ports: [port] }] });

/** What is said of a stack with two versions of these objects. */
function saidOf(objects: readonly ClusterObject[], changes: object = {}): string[] {
  try {
    parseStackConfig({
      "sluice:from": { objects },
      "sluice:ingressController": { kind: "existing", className: "nginx" },
      "sluice:host": "www.example.com",
      "sluice:stable": "v1",
      "sluice:canary": "v2",
      "sluice:canaryWeight": 10,
      "sluice:versions": { v1: {}, v2: { image: "registry.example/db:2", ...changes } },
    });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ key, allowed }) => `${key} ${allowed}`);
  }
}

describe("pods that can't be there twice", () => {
  for (const [title, objects, said] of [
    [
      "a claim that one node mounts",
      application({}, mounted, [claim("ReadWriteOnce")]),
      /^from\.workload must not share PersistentVolumeClaim\/data between v1 and v2: .* pods of one node .*ReadWriteMany.*versions\.v2\.patch$/,
    ],
    [
      "a claim that one pod mounts",
      application({}, mounted, [claim("ReadWriteOncePod")]),
      /as ReadWriteOncePod only one pod can mount it/,
    ],
    [
      "strategy Recreate",
      application({ strategy: { type: "Recreate" } }),
      /its strategy Recreate says that they can't/,
    ],
    [
      "a port of the node",
      application({}, withPort({ containerPort: 80, hostPort: 8080 })),
      /must not have hostPort 8080\/TCP in both v1 and v2: .*remove hostPort, or keep v1 and v2 on different nodes/,
    ],
    ["the node's network", application({}, { hostNetwork: true }), /must not have hostNetwork in both v1 and v2/],
  ] as const)
    it(`are refused: ${title}`, () => {
      const [first = "", ...others] = saidOf(objects);
      assert.match(first, said);
      assert.deepEqual(others, []);
    });

  it("are refused where they are a DaemonSet's, with what rolls them instead", () => {
    const [deployment, ...others] = application({});
    const said = saidOf([{ ...(deployment ?? assert.fail()), kind: "DaemonSet" }, ...others]);
    assert.match(said.join(), /they are DaemonSet \(.*spec\.updateStrategy\), Service$/);
  });

  it("may share what many can have, or what is not among the objects", () => {
    for (const more of [[claim("ReadWriteOnce", "ReadWriteMany")], [claim("ReadOnlyMany")], []])
      assert.deepEqual(saidOf(application({}, mounted, more)), []);
  });

  it("may have what a patch gives one of them for itself", () => {
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data-v2" } }];
    const own = { patch: { spec: { volumes } } };
    assert.deepEqual(saidOf(application({}, mounted, [claim("ReadWriteOnce")]), own), []);
    const port = application({}, { ...withPort({ containerPort: 80, hostPort: 8080 }), nodeSelector: { pool: "a" } });
    assert.equal(saidOf(port).length, 1);
    assert.deepEqual(saidOf(port, { patch: { spec: { nodeSelector: { pool: "b" } } } }), []);
  });

  it("may be there once: a version without pods takes nothing", () => {
    const objects = application({ strategy: { type: "Recreate" } }, { ...mounted, hostNetwork: true }, [
      claim("ReadWriteOnce"),
    ]);
    assert.equal(saidOf(objects).length, 3);
    const said = saidOf(objects, { replicas: 0 });
    assert.deepEqual(
      said.filter((line) => line.startsWith("from.workload")),
      [],
    );
  });
});
