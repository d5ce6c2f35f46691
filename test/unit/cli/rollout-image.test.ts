import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { withImage } from "../../../cli/rollout/image";
import { parseStackConfig } from "../../../config";
import { blueGreenStack, replicaRatioStack, smallStack, type RawConfig } from "../support/stacks";

const image = "nginx:9";

/** The versions of a stack after one of them was given the image. */
function versionsAfter(config: RawConfig, to?: string, text = stringify({ config })): Record<string, unknown> {
  const after = withImage(text, parseStackConfig(config), image, to);
  const read = parse(after) as { config: RawConfig };
  parseStackConfig(read.config);
  return read.config["sluice:versions"] as Record<string, unknown>;
}

describe("an image for the version that is rolled out", () => {
  const v1 = { image: "nginx:1", replicas: 3, env: { A: "1" } };
  const versions = { v1, v2: { image: "nginx:2" } };

  it("goes to the canary, or the idle color, where none is named", () => {
    assert.deepEqual(versionsAfter(smallStack({ "sluice:versions": versions })), { v1, v2: { image } });
    assert.deepEqual(versionsAfter(blueGreenStack({ "sluice:versions": versions })), { v1, v2: { image } });
    assert.deepEqual(versionsAfter(replicaRatioStack({ "sluice:versions": versions })), { v1, v2: { image } });
    const green = blueGreenStack({ "sluice:versions": versions, "sluice:activeColor": "green" });
    assert.deepEqual(versionsAfter(green), { v1: { ...v1, image }, v2: { image: "nginx:2" } });
  });

  it("goes to the one that is named", () => {
    const three = { ...versions, v3: { image: "nginx:3" } };
    assert.deepEqual(versionsAfter(smallStack({ "sluice:versions": three }), "v3"), { ...three, v3: { image } });
  });

  it("makes one that is not there like the one that users have", () => {
    const after = versionsAfter(smallStack({ "sluice:versions": versions }), "v3");
    assert.deepEqual(after, { ...versions, v3: { ...v1, image } });
    const green = blueGreenStack({ "sluice:versions": versions, "sluice:activeColor": "green" });
    assert.deepEqual(versionsAfter(green, "v3")["v3"], { image });
  });

  it("does not have the new one's answers told by what tells the old one's", () => {
    const known = { v1: { ...v1, answer: "hello from 1" }, v2: { image: "nginx:2" } };
    assert.deepEqual(versionsAfter(smallStack({ "sluice:versions": known }), "v3")["v3"], { ...v1, image });
  });

  it("makes one like another that the file only refers to", () => {
    const config = smallStack({ "sluice:versions": { v1, v2: v1 }, "sluice:stable": "v2", "sluice:canary": "v1" });
    const text = stringify({ config: { ...config, "sluice:versions": undefined } }).concat(
      "  sluice:versions:\n    v1: &first\n      image: nginx:1\n      replicas: 3\n      env: { A: '1' }\n    v2: *first\n",
    );
    assert.deepEqual(versionsAfter(config, "v3", text)["v3"], { ...v1, image });
  });

  it("leaves all else in the file as it is", () => {
    const text = stringify({ config: smallStack() }).replace("nginx:2", "nginx:2 # the new one");
    const after = withImage(text, parseStackConfig(smallStack()), image, undefined);
    assert.equal(after, text.replace("nginx:2 #", `${image} #`));
  });

  it("is refused where users would get it at once, where there is none to get it, and without rollouts", () => {
    const none = smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined });
    for (const [config, to, message] of [
      [smallStack(), "v1", /--to is v1: it must be another version .* would get nginx:9 at once/],
      [blueGreenStack(), "v1", /another version than the one that serves users/],
      [none, undefined, /--image needs --to VERSION: the stack names no canary/],
    ] as const)
      assert.throws(() => versionsAfter(config, to), message);
  });
});
