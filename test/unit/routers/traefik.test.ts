import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { onlyProblemOf, smallStack } from "../support/stacks";

const traefik = { "sluice:ingressController": { kind: "traefik" } };
const under = (changes: Record<string, unknown>, controller = traefik) => smallStack({ ...changes, ...controller });
const nginx = { "sluice:ingressController": { kind: "ingress-nginx" } };

describe("what Traefik does otherwise is refused under it, and under it alone", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["a rule on Host", { "sluice:headerMatch": { name: "Host", pattern: "x" } }, "headerMatch.name"],
    ["a rule on a header that it sets", { "sluice:headerMatch": { name: "x-forwarded-For" } }, "headerMatch.name"],
    ["a rule on the client's address", { "sluice:headerMatch": { name: "X-Real-IP" } }, "headerMatch.name"],
    ["a pattern that looks ahead", { "sluice:headerMatch": { name: "A", pattern: "(?=b)" } }, "headerMatch.pattern"],
    ["legacy affinity", { "sluice:affinity": { mode: "cookie", behavior: "legacy" } }, "affinity.behavior"],
  ];
  for (const [title, changes, key] of cases)
    it(title, () => {
      assert.equal(onlyProblemOf(under(changes)).key, key);
      assert.doesNotThrow(() => parseStackConfig(under(changes, nginx)));
    });

  it("TLS for some of the hosts is the same under both", () => {
    const changes = {
      "sluice:route": { more: [{ host: "api.test.com" }], tls: [{ secretName: "www", hosts: ["www.test.com"] }] },
    };
    assert.deepEqual(parseStackConfig(under(changes)).plan, parseStackConfig(under(changes, nginx)).plan);
  });
});
