import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { InputWords } from "../../../components/input-words";

const known = <T>(value: pulumi.Input<T>) => new Promise((resolve) => pulumi.output(value).apply(resolve));

describe("InputWords", () => {
  /** What becomes of a resource's arguments. */
  function exchanged(words: InputWords, props: pulumi.Inputs): pulumi.Inputs {
    const result = words.transformation({ type: "t", name: "n", props, opts: {}, resource: {} as pulumi.Resource });
    return result?.props ?? assert.fail();
  }

  it("puts each input back wherever its word has gone, also inside a longer text", async () => {
    const words = new InputWords();
    const { host, image, weight } = words.plain({
      host: pulumi.output("shop.test"),
      image: Promise.resolve("shop:1"),
      weight: 10,
    }) as Record<string, string>;
    assert.equal(weight, 10);
    const props = exchanged(words, { spec: { hosts: [host], image, url: `http://${host}/${image}` }, weight });
    assert.deepEqual(await known(props), {
      spec: { hosts: ["shop.test"], image: "shop:1", url: "http://shop.test/shop:1" },
      weight: 10,
    });
  });

  it("has one word for one input, of which the tenth is no other's beginning", async () => {
    const words = new InputWords();
    const inputs = Array.from({ length: 12 }, (_, index) => pulumi.output(`value ${index}`));
    const plain = words.plain([...inputs, ...inputs]) as string[];
    assert.equal(new Set(plain).size, 12);
    assert.deepEqual(await known(exchanged(words, { all: plain.slice(0, 12) })), {
      all: inputs.map((_, index) => `value ${index}`),
    });
  });

  it("keeps a secret a secret, and what is no word as it is", async () => {
    const words = new InputWords();
    const { token } = words.plain({ token: pulumi.secret("hush") }) as { token: string };
    const others = { output: pulumi.output(1), promise: Promise.resolve(2), text: "sluice-input", none: undefined };
    const props = exchanged(words, { token, inText: `a ${token}`, ...others });
    for (const key of ["token", "inText"])
      assert.ok(await pulumi.isSecret(props[key] as pulumi.Output<unknown>), `${key} is told`);
    for (const [key, value] of Object.entries(others)) assert.equal(props[key], value);
  });

  it("tells of the input, not of its word, what is wrong with a value", () => {
    const words = new InputWords();
    const { stable } = words.plain({ stable: pulumi.output("v1") }) as { stable: string };
    const told = words.told(`stable is ${JSON.stringify(stable)}: it must be v1 or v2`);
    assert.equal(told, "stable is an output, which a preview may not know: it must be v1 or v2");
  });
});
