import assert from "node:assert/strict";
import { identify, portFor } from "../../../lab/identity";
import { UserError } from "../../../progress/user-error";

describe("a lab's identity", () => {
  it("keeps two labs apart in everything", () => {
    const first = identify({ name: "sluice-first" });
    const second = identify({ name: "sluice-second" });
    for (const key of Object.keys(first) as (keyof typeof first)[]) assert.notEqual(first[key], second[key], key);
  });

  it("has a port that is the same each time", () => {
    assert.equal(portFor("sluice-lab"), 16443);
    assert.equal(portFor("sluice-test"), portFor("sluice-test"));
    assert.equal(identify({ name: "sluice-unit", apiPort: 7777 }).apiPort, 7777);
  });

  for (const name of ["docker", "sluice-", "sluice-../x", "sluice-A", "sluice-a-", `sluice-${"a".repeat(40)}`, ""]) {
    it(`refuses the name "${name}"`, () => {
      assert.throws(
        () => identify({ name }),
        (error: Error) => error instanceof UserError && error.message.includes(`"${name}"`),
      );
    });
  }

  for (const apiPort of [0, 65536, 1.5, Number.NaN]) {
    it(`refuses the port ${apiPort}`, () => {
      assert.throws(() => identify({ apiPort }), /--api-port takes a whole number from 1 to 65535/);
    });
  }
});
