import assert from "node:assert/strict";
import { confirm } from "../../../cli/confirm";
import { endedBy, Interrupted } from "../../../cli/interruption";

describe("a question", () => {
  let before: PropertyDescriptor | undefined;
  beforeEach(() => {
    before = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
    Object.defineProperty(process.stdin, "isTTY", { value: true, configurable: true });
  });
  afterEach(() => {
    if (before) Object.defineProperty(process.stdin, "isTTY", before);
    else Reflect.deleteProperty(process.stdin, "isTTY");
  });

  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    it(`is not agreed to, but ended, by ${signal}`, async () => {
      const asked = confirm("Shall it be?");
      process.emit(signal);
      await assert.rejects(asked, Interrupted);
    });

  it("is ended where somebody else has taken the stack", async () => {
    const taken = new AbortController();
    await endedBy(taken.signal, async () => {
      const asked = confirm("Shall it be?");
      taken.abort(new Error("somebody else has it"));
      await assert.rejects(asked, /^Error: somebody else has it$/);
      await assert.rejects(confirm("Shall it be?"), /^Error: somebody else has it$/);
    });
  });
});
