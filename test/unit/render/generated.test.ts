import assert from "node:assert/strict";
import { GeneratedValues } from "../../../render/generated";

const type = "random:index/randomPassword:RandomPassword";
const valueOf = (values: GeneratedValues, inputs: Record<string, unknown>, name = "key") =>
  String(values.stateOf({ type, name, inputs })["result"]);

describe("GeneratedValues", () => {
  it("gives the same value again, and the one it was given", () => {
    const values = new GeneratedValues({ old: "from-before" });
    const first = valueOf(values, { length: 20 });
    assert.equal(valueOf(values, { length: 20 }), first);
    assert.equal(valueOf(values, { length: 20 }, "old"), "from-before");
    assert.deepEqual(values.all(), { old: "from-before", key: first });
    assert.equal(valueOf(new GeneratedValues(values.all()), { length: 20 }), first);
  });

  it("makes different values for different names", () => {
    const values = new GeneratedValues({});
    assert.notEqual(valueOf(values, { length: 40 }, "a"), valueOf(values, { length: 40 }, "b"));
  });

  it("has the length and only the characters that are asked for", () => {
    const drawn = (inputs: Record<string, unknown>) => valueOf(new GeneratedValues({}), { length: 2000, ...inputs });
    assert.match(drawn({ special: false }), /^[a-zA-Z0-9]{2000}$/);
    assert.match(drawn({ special: false, upper: false, numeric: false }), /^[a-z]{2000}$/);
    const all = drawn({});
    for (const members of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) assert.match(all, members);
  });

  it("leaves other resources as they were put in", () => {
    const values = new GeneratedValues({});
    const inputs = { kind: "Service" };
    assert.equal(values.stateOf({ type: "kubernetes:core/v1:Service", name: "a", inputs }), inputs);
    assert.deepEqual(values.all(), {});
  });
});
