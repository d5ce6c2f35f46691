import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../../package-folder";
import { componentsSchema } from "../../../scripts/components/schema";
import type { PropertySpec } from "../../../scripts/components/spec";

describe("the schema of the components, for Pulumi's other languages", function () {
  // TypeScript's compiler reads the types of the Kubernetes SDK.
  this.timeout(60_000);
  const read = (...path: string[]) => JSON.parse(readFileSync(join(packageFolder, ...path), "utf8")) as unknown;
  let schema: ReturnType<typeof componentsSchema>;
  before(() => {
    schema = componentsSchema();
  });
  const propertiesOf = (token: string) => {
    const { [token]: type } = schema.types;
    return type && "properties" in type ? type.properties : {};
  };
  const inputsOf = (component: string) => schema.resources[component]?.inputProperties ?? {};

  it("is what npm run docs:components writes", () =>
    assert.deepEqual(read("provider", "schema.json"), JSON.parse(JSON.stringify(schema))));

  it("describes every argument and every output of every component, each of which has some", () => {
    for (const [component, { inputProperties, properties }] of Object.entries(schema.resources)) {
      assert.ok(Object.keys(properties).length > 0, component);
      for (const [name, { description }] of [...Object.entries(inputProperties), ...Object.entries(properties)])
        assert.ok(description, `${component} ${name}`);
    }
  });

  it("takes outputs of other resources exactly where the classes do", () => {
    const isInput = ({ plain }: PropertySpec = { type: "string" }) => plain === undefined;
    const { host, namespace, canaryWeight, versions } = inputsOf("sluice:release:Release");
    const { image, port, env } = propertiesOf("sluice:release:Version");
    assert.ok([host, namespace, image].every(isInput));
    assert.ok(![canaryWeight, versions, port, env].some(isInput));
    assert.deepEqual(env && "additionalProperties" in env && env.additionalProperties, { type: "string" });
    assert.deepEqual(inputsOf("sluice:entrance:MetalLb")["addresses"], {
      description: inputsOf("sluice:entrance:MetalLb")["addresses"]?.description,
      type: "array",
      items: { type: "string" },
    });
  });

  it("leaves out what is internal", () => assert.ok(!("exchange" in inputsOf("sluice:entrance:IngressNginx"))));

  it("is right that a number of a stack file which Release takes is a whole one", () => {
    const { properties } = read("sluice.schema.json") as {
      readonly properties: { readonly config: { readonly properties: Readonly<Record<string, unknown>> } };
    };
    const keys = Object.keys(inputsOf("sluice:release:Release"));
    for (const key of keys)
      assert.doesNotMatch(JSON.stringify(properties.config.properties[`sluice:${key}`] ?? {}), /"type":"number"/, key);
  });
});
