import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failureText } from "../../../cli/failure";
import { packageFolder } from "../../../package-folder";
import { UserError } from "../../../progress/user-error";
import { answersSchema } from "../../../scripts/answers/schema";
import { demandAnswer } from "../../answers";
import { sluice } from "../support/command-line";

// What commands that need a cluster answer is compared with the schema wherever a test of test/e2e reads it.
describe("what commands print with --json", function () {
  this.timeout(60_000);

  it("is described as its types are: npm run docs:answers", () => {
    const text = readFileSync(join(packageFolder, "answers.schema.json"), "utf8");
    assert.deepEqual(JSON.parse(text), JSON.parse(answersSchema()));
  });

  for (const args of [
    ["explain", "--stack", "dev"],
    ["policy", "--config", "examples/Pulumi.blue-green.yaml"],
    ["policy", "--stack", "prod", "--exceptions"],
    ["forecast", "--stack", "dev", "--to", "v2", "--rate", "20"],
  ])
    it(`is so for sluice ${args.join(" ")}`, () => {
      // The command's run compares the answer.
      const { status, stderr } = sluice(...args, "--json");
      assert.equal(status, 0, stderr);
    });

  it("is so for a failure", () =>
    demandAnswer(["failure"], JSON.parse(failureText(new UserError("no", "SLUICE1104"), true) ?? "")));

  it("is not so for what the schema doesn't know", () => {
    assert.throws(() => demandAnswer(["verify"], { requests: "many" }), /verify: .*requests must be number/);
    assert.throws(() => demandAnswer(["guess"], {}), /knows no answer of guess/);
  });
});
