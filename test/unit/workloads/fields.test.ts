import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { parseStackConfig } from "../../../config";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { isMap } from "../../../values/is-map";
import { evaluateProgram } from "../../../render/evaluate";
import { fixtures, newImage, readFixture } from "../../workloads/fixtures";

/** All that may differ from what was given, by the path; everything else must be the same. */
const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  partitioned: [
    /^metadata\.annotations\.(sluice\.dev\/(stable|trial)|pulumi\.com\/waitFor)$/,
    /^spec\.updateStrategy(\.|$)/,
    /^spec\.template\.metadata\.labels\.sluice\.dev\/version$/,
    /^spec\.template\.spec\.containers\.0\.image$/,
  ],
  workload: [
    /^metadata\.name$/,
    /^metadata\.labels\.sluice\.dev\/version$/,
    /^spec\.selector\.matchLabels\.sluice\.dev\/version$/,
    /^spec\.template\.metadata\.labels\.sluice\.dev\/version$/,
  ],
  service: [/^spec\.selector\.sluice\.dev\/version$/],
  autoscaler: [/^metadata\.(name|labels\.sluice\.dev\/version)$/, /^spec\.scaleTargetRef\.name$/],
  budget: [/^metadata\.(name|labels\.sluice\.dev\/version)$/, /^spec\.selector\.matchLabels\.sluice\.dev\/version$/],
};

describe("an application's objects in a stack", () => {
  for (const fixture of fixtures)
    it(`keep every field: ${fixture}`, async () => {
      const config = readFixture(fixture);
      const { application, namespace, versions } = parseStackConfig(config);
      assert.ok(application);
      const { resources } = await evaluateProgram({ stack: "test", config });
      const made = resources.map(({ inputs }) => inputs as unknown as ClusterObject);
      const find = (kind: string, name: string) => {
        const found = made.filter((object) => object.kind === kind && object.metadata.name === name);
        assert.equal(found.length, 1, `${kind}/${name}`);
        return found[0] as ClusterObject;
      };
      const compare = (given: ClusterObject, version: string | undefined, role: string) => {
        const name = version === undefined ? given.metadata.name : `${given.metadata.name}-${version}`;
        const differences = pathsThatDiffer(withPlace(given, namespace), find(given.kind, name));
        const image = role === "workload" && version === "v2" ? [/^spec\.template\.spec\.containers\.0\.image$/] : [];
        const share =
          role === "workload" && versions[version ?? ""]?.replicas !== undefined ? [/^spec\.replicas$/] : [];
        const wait = ["Service", "Ingress"].includes(given.kind)
          ? [/^metadata\.annotations\.pulumi\.com\/skipAwait$/]
          : [];
        const all = [...(allowed[role] ?? []), ...image, ...share, ...wait];
        const odd = differences.filter((path) => !all.some((one) => one.test(path)));
        assert.deepEqual(odd, [], `${given.kind}/${name}`);
      };
      const isSet = application.workload.kind === "StatefulSet";
      if (isSet) compare(application.workload, undefined, "partitioned");
      if (isSet) for (const one of application.budgets) compare(one, undefined, "as it is");
      for (const version of isSet ? [] : ["v1", "v2"]) {
        compare(application.workload, version, "workload");
        for (const one of application.autoscalers) compare(one, version, "autoscaler");
        for (const one of application.budgets) compare(one, version, "budget");
      }
      for (const one of application.services) compare(one, undefined, "service");
      for (const one of [...application.routes, ...application.httpRoutes, ...application.others])
        compare(one, undefined, "as it is");
      // Nothing else but the canary's Services and Ingresses, an Ingress where there is none, and the namespace.
      const known = new Set(
        [application.workload, ...application.autoscalers, ...application.budgets]
          .flatMap(({ kind, metadata }) =>
            (isSet ? [""] : ["-v1", "-v2"]).map((version) => `${kind}/${metadata.name}${version}`),
          )
          .concat(
            [...application.services, ...application.routes, ...application.httpRoutes, ...application.others].map(
              ({ kind, metadata }) => `${kind}/${metadata.name}`,
            ),
          ),
      );
      const more = made.filter(({ kind, metadata }) => !known.has(`${kind}/${metadata.name}`));
      const odd = more.filter(
        ({ kind, metadata }) =>
          !(["Service", "Ingress", "HTTPRoute"].includes(kind) && /-canary(-[0-9a-f]{8})?$/.test(metadata.name)) &&
          !(kind === "Ingress" && application.routes.length === 0) &&
          !(kind === "Namespace" && metadata.name === namespace),
      );
      assert.deepEqual(
        odd.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
        [],
      );
    });

  it("reads the file modes and texts of YAML as kubectl does", () => {
    const { application } = parseStackConfig(readFixture("volumes.yaml"));
    const { volumes } = application?.workload.spec.template.spec as unknown as { volumes: unknown[] };
    assert.deepEqual(volumes[0], {
      name: "keys",
      secret: { secretName: "keys", defaultMode: 0o400, items: [{ key: "a", path: "a.pem", mode: 0o440 }] },
    });
  });

  it("takes the number of pods from the autoscaler where the stack says it", async () => {
    const versions = { v1: {}, v2: { image: newImage, replicas: 0 } };
    const config = readFixture("shop.yaml", { "sluice:canaryWeight": 0, "sluice:versions": versions });
    const { resources } = await evaluateProgram({ stack: "test", config });
    const made = resources.map(({ inputs }) => inputs as unknown as ClusterObject);
    const named = (name: string) => made.filter(({ metadata }) => metadata.name === name).map(({ kind }) => kind);
    assert.deepEqual(named("shop-v1").sort(), ["Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget"]);
    assert.deepEqual(named("shop-v2").sort(), ["Deployment", "PodDisruptionBudget"]);
    const deployment = made.find((one) => one.metadata.name === "shop-v2" && one.kind === "Deployment");
    assert.equal((deployment?.["spec"] as { replicas: number }).replicas, 0);
    assert.deepEqual(deployment?.metadata["annotations"], {
      "team.example/owner": "shop",
      "pulumi.com/patchForce": "true",
    });
  });

  it("has two versions of the pods, the image in the container that the stack names", async () => {
    const { resources } = await evaluateProgram({ stack: "test", config: readFixture("shop.yaml") });
    const images = resources
      .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
      .map(({ inputs }) => {
        const { spec } = inputs as { spec: { template: { spec: { containers: { image: string }[] } } } };
        return spec.template.spec.containers.map(({ image }) => image);
      });
    assert.deepEqual(images, [
      ["redis:7"],
      ["registry.example/shop:1", "registry.example/proxy:3"],
      [newImage, "registry.example/proxy:3"],
    ]);
  });
});

function withPlace(object: ClusterObject, namespace: string): ClusterObject {
  const place = object.metadata.namespace ?? namespace;
  return { ...object, metadata: { ...object.metadata, ...(object.metadata.namespace && { namespace: place }) } };
}

function pathsThatDiffer(given: unknown, made: unknown, path = ""): string[] {
  if (isDeepStrictEqual(given, made)) return [];
  const place = (key: string | number) => (path ? `${path}.${key}` : String(key));
  if (Array.isArray(given) && Array.isArray(made) && given.length === made.length)
    return given.flatMap((one, index) => pathsThatDiffer(one, made[index], place(index)));
  if ((isMap(given) || given === undefined) && isMap(made) && (given !== undefined || path.includes("."))) {
    const left = given ?? {};
    const keys = [...new Set([...Object.keys(left), ...Object.keys(made)])];
    return keys.flatMap((key) => pathsThatDiffer(left[key], made[key], place(key)));
  }
  return [path];
}
