import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { recordedText, withRecordedFile } from "../../../engine/recorded-file";

const config = { "sluice:canaryWeight": 50, "sluice:versions": { v1: { env: { TOKEN: "[secret]", MODE: "a" } } } };
const own = `encryptionsalt: v1:abc
config:
  sluice:canaryWeight: 10
  sluice:versions:
    v1: { env: { TOKEN: { secure: AAAB }, MODE: b } }
`;

describe("the stack file of a recorded config", () => {
  it("says what was recorded, with the secrets of the stack's own file", () =>
    assert.deepEqual(parse(recordedText(config, own)), {
      encryptionsalt: "v1:abc",
      config: {
        "sluice:canaryWeight": 50,
        "sluice:versions": { v1: { env: { TOKEN: { secure: "AAAB" }, MODE: "a" } } },
      },
    }));

  it("needs no other file where there are no secrets, and names one that is missing", () => {
    for (const text of ["", "a: [b", "- a list"])
      assert.deepEqual(parse(recordedText({ "sluice:stable": "v1" }, text)), { config: { "sluice:stable": "v1" } });
    assert.throws(() => recordedText(config, "config: {}"), {
      name: "UserError",
      message: /^sluice:versions\.v1\.env\.TOKEN is a secret of the stack file, which is missing/,
    });
  });

  it("is there for as long as it is worked with", async () => {
    let place = "";
    await assert.rejects(
      withRecordedFile({ "sluice:stable": "v1" }, "/nowhere/Pulumi.dev.yaml", (file) => {
        place = file;
        assert.match(readFileSync(file, "utf8"), /sluice:stable: v1/);
        throw new Error("interrupted");
      }),
      /interrupted/,
    );
    assert.equal(existsSync(place), false);
  });
});
