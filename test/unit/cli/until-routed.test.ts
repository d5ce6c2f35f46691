import assert from "node:assert/strict";
import { makesRoute, untilRouted } from "../../../cli/until-routed";
import { quietContext } from "../support/quiet-context";

describe("a new route", () => {
  const measured = (...answers: readonly (readonly string[])[]) => {
    let count = 0;
    const measure = () => {
      const failed = answers[Math.min(count, answers.length - 1)] ?? [];
      count += 1;
      return Promise.resolve({ failures: Object.fromEntries(failed.map((failure) => [failure, 1])) });
    };
    return { measure, count: () => count };
  };

  it("is waited for while the controller itself answers some of the requests", async () => {
    const { measure, count } = measured(['status 404: "nginx"'], ['status 503: ""', "another answer"], []);
    assert.equal(await untilRouted(measure, quietContext), undefined);
    assert.equal(count(), 3);
  });

  it("is not waited for where nobody answers from here, and where an answer tells no version", async () => {
    for (const failure of ["ETIMEDOUT", 'status 200: "hello"']) {
      const { measure, count } = measured([failure]);
      assert.equal(await untilRouted(measure, quietContext), `requests from this machine fail: ${failure}`);
      assert.equal(count(), 1);
    }
  });

  it("comes by a new Ingress alone", () => {
    assert.equal(makesRoute([{ kind: "create", object: "Ingress shop" }]), true);
    assert.equal(
      makesRoute([
        { kind: "update", object: "Ingress shop" },
        { kind: "create", object: "IngressClass nginx" },
      ]),
      false,
    );
  });
});
