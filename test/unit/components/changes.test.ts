import assert from "node:assert/strict";
import type { EvaluatedProgram } from "../../../render/evaluate";
import { readStack } from "../../../engine/stack-file";
import { namesOf, runStack } from "../support/programs";

/** The paths at which two values differ. */
function differences(left: unknown, right: unknown, path = ""): string[] {
  if (Object.is(left, right)) return [];
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return [path];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) =>
    differences((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key], `${path}[${key}]`),
  );
}

/** The resources by name, so that the order of registration doesn't count. */
function byName({ resources }: EvaluatedProgram) {
  return Object.fromEntries(
    resources.map(({ urn, inputs, dependencies }) => [urn, { inputs, dependencies: [...dependencies].sort() }]),
  );
}

const canaryIngress = "urn:pulumi:test::sluice::sluice:router:IngressRouter$kubernetes:networking.k8s.io/v1:Ingress";
const annotations = `[${canaryIngress}::nginx-canary][inputs][metadata][annotations]`;

describe("a changed stack config", () => {
  let before10: EvaluatedProgram;
  before(async () => (before10 = await runStack("dev")));

  it("changes nothing where it says the same", async () => {
    const again = await runStack("dev", { "sluice:canaryWeight": "10" });
    assert.deepEqual(differences(byName(before10), byName(again)), []);
    assert.deepEqual(before10.outputs, again.outputs);
  });

  it("with another weight changes one annotation of one object, and the plan's outputs", async () => {
    const after40 = await runStack("dev", { "sluice:canaryWeight": 40 });
    assert.deepEqual(differences(byName(before10), byName(after40)), [
      `${annotations}[nginx.ingress.kubernetes.io/canary-weight]`,
    ]);
    assert.deepEqual(differences(before10.outputs, after40.outputs), ["[traffic][0]", "[plan][canary][weight]"]);
    assert.deepEqual(after40.outputs["traffic"], ["http://www.test.com/: 60% v1, 40% v2"]);
  });

  it("with a header rule adds annotations to the canary Ingress alone", async () => {
    const ruled = await runStack("dev", { "sluice:headerMatch": { name: "Region", pattern: "shenzhen" } });
    assert.deepEqual(differences(byName(before10), byName(ruled)), [
      `${annotations}[nginx.ingress.kubernetes.io/canary-by-header]`,
      `${annotations}[nginx.ingress.kubernetes.io/canary-by-header-pattern]`,
    ]);
  });

  it("with a changed file renames one ConfigMap, rolls its Deployment, and leaves all other names", async () => {
    const versions = structuredClone(readStack("dev").config["sluice:versions"]) as Record<
      string,
      { files: Record<string, string> }
    >;
    const [path = ""] = Object.keys(versions["v2"]?.files ?? {});
    if (versions["v2"]) versions["v2"].files[path] += "# changed\n";
    const changed = await runStack("dev", { "sluice:versions": versions });
    const touched = new Set(differences(byName(before10), byName(changed)).map((place) => place.split("]")[0]));
    assert.deepEqual(
      [...touched].map((urn) => urn?.split("$").at(-1)),
      ["kubernetes:core/v1:ConfigMap::nginx-v2", "kubernetes:apps/v1:Deployment::nginx-v2"],
    );
    const [v1, v2] = namesOf(before10, "ConfigMap");
    const [v1Changed, v2Changed] = namesOf(changed, "ConfigMap");
    assert.equal(v1Changed, v1);
    assert.notEqual(v2Changed, v2);
    assert.deepEqual(namesOf(changed, "Deployment"), namesOf(before10, "Deployment"));
  });
});

describe("the program's outputs", () => {
  it("are the plan in words and as data, and the address users ask for", async () => {
    const { outputs } = await runStack("dev", { "sluice:cookieMatch": "trial", "sluice:path": "/shop" });
    assert.deepEqual(outputs["traffic"], [
      "http://www.test.com/shop: 90% v1, 10% v2",
      "cookie trial: always → v2, never → v1",
    ]);
    assert.equal(outputs["url"], "http://www.test.com/shop");
    assert.equal((outputs["plan"] as { stable: string }).stable, "v1");
  });
});
