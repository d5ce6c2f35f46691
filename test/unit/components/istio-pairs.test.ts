import assert from "node:assert/strict";
import { answerByIstio, answerInMesh } from "../support/istio-answer";
import { objectsIn } from "../support/objects-answer";
import { runProgram } from "../support/programs";
import { istioStack, workloadsStack } from "../support/stacks";

describe("IstioRouter, by its objects", () => {
  it("leads each version of a workload to the same version of those that it calls, others to stable", async () => {
    const objects = objectsIn(await runProgram(workloadsStack()));
    const callers: [labels: Record<string, string>, version: string][] = [
      [{ app: "web", version: "v1" }, "v1"],
      [{ app: "web", version: "v2" }, "v2"],
      [{ app: "web", version: "v3" }, "v1"],
      [{ app: "another", version: "v2" }, "v1"],
      [{}, "v1"],
    ];
    for (const [labels, version] of callers)
      assert.deepEqual(answerInMesh(objects, "api", labels).shares, { [version]: 1 }, JSON.stringify(labels));
  });

  it("leads callers that are none of the release to the active color", async () => {
    const colors = {
      "sluice:strategy": "blueGreen",
      "sluice:stable": undefined,
      "sluice:canary": undefined,
      "sluice:headerMatch": undefined,
      "sluice:colors": { blue: "v1", green: "v2" },
      "sluice:activeColor": "green",
    };
    const objects = objectsIn(await runProgram(workloadsStack(colors)));
    assert.deepEqual(answerInMesh(objects, "api", {}).shares, { v2: 1 });
    assert.deepEqual(answerInMesh(objects, "api", { app: "web", version: "v1" }).shares, { v1: 1 });
  });

  it("gives users a cookie that keeps them with the version that served them", async () => {
    const config = { "sluice:affinity": { mode: "cookie", cookie: "Stay" }, "sluice:cookieMatch": "trial" };
    const objects = objectsIn(await runProgram(istioStack(config)));
    const place = { host: "www.test.com", path: "/" };
    const { shares, responseHeaders = {} } = answerByIstio(objects, place);
    assert.deepEqual(Object.keys(shares).sort(), ["v1", "v2"]);
    for (const [version, headers] of Object.entries(responseHeaders)) {
      const [, cookie = ""] = /^set-cookie: ([^;]*)/.exec(headers.join("\n")) ?? [];
      const back = { ...place, headers: { Cookie: `${cookie}; trial=${version === "v1" ? "always" : "never"}` } };
      assert.deepEqual(answerByIstio(objects, back).shares, { [version]: 1 }, cookie);
    }
    assert.equal(Object.keys(responseHeaders).length, 2);
  });

  it("tells the version in a response header where it is asked to", async () => {
    const objects = objectsIn(await runProgram(istioStack({ "sluice:istio": { versionHeader: "x-version" } })));
    assert.deepEqual(answerByIstio(objects, { host: "www.test.com", path: "/" }).responseHeaders, {
      v1: ["x-version: v1"],
      v2: ["x-version: v2"],
    });
  });
});
