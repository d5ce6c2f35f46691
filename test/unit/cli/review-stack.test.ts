import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { reviewValues, reviewName } from "../../../cli/review-stack";
import { withTrafficValues } from "../../../cli/traffic-text";
import { parseStackConfig } from "../../../config";
import { valueAt } from "../../../values/value-at";
import { blueGreenStack, smallStack, type RawConfig } from "../support/stacks";

const edited = (template: RawConfig, hostSuffix?: string): RawConfig => {
  const text = stringify({ config: template });
  const values = reviewValues(parseStackConfig(template), { pullRequest: 12, hostSuffix });
  return (parse(withTrafficValues(text, values)) as { config: RawConfig }).config;
};

describe("reviewValues", () => {
  const traefik = { "sluice:ingressController": { kind: "traefik", replicas: 2 } };
  const dev = smallStack({
    ...traefik,
    "sluice:metallb": { addresses: ["192.168.10.240-192.168.10.250"] },
    "sluice:route": { tls: [{ secretName: "www", hosts: ["www.test.com"] }] },
    "sluice:environment": "production",
  });

  it("gives the pull request a name, a namespace and a host of its own", () => {
    const stack = edited(dev);
    assert.equal(reviewName({ pullRequest: 12 }), "pr-12");
    assert.equal(stack["sluice:host"], "pr-12.www.test.com");
    assert.equal(stack["sluice:namespace"], "pr-12");
    assert.equal(stack["sluice:environment"], "development");
  });

  it("is a guest on the controller and the addresses that are there", () => {
    const stack = edited(dev);
    assert.deepEqual(stack["sluice:ingressController"], {
      kind: "existing",
      className: "nginx",
      service: "traefik/traefik",
    });
    assert.equal(stack["sluice:metallb"], undefined);
    assert.deepEqual(stack["sluice:route"], {});
  });

  it("keeps the plan and the versions", () => {
    const { plan } = parseStackConfig(edited(dev));
    assert.ok(plan.strategy === "canary");
    assert.deepEqual(plan.canary, { version: "v2", weight: 10, weightTotal: 100 });
  });

  it("moves every host, wildcards and the preview's too, below a domain where one is given", () => {
    const routes = [{ path: "/a" }, { host: "*.shop.test.com", path: "/", pathType: "Exact" }];
    const stack = edited(smallStack({ ...traefik, "sluice:route": { more: routes } }), "review.example.com");
    assert.equal(stack["sluice:host"], "pr-12.review.example.com");
    assert.deepEqual(valueAt(stack, ["sluice:route", "more"]), [
      { host: "pr-12.review.example.com", path: "/a", pathType: "Prefix" },
      { host: "*.pr-12-2.review.example.com", path: "/", pathType: "Exact" },
    ]);
    const colors = edited(blueGreenStack({ "sluice:route": { previewHost: "next.test.com" } }), "review.example.com");
    assert.equal(valueAt(colors, ["sluice:route", "previewHost"]), "pr-12-2.review.example.com");
  });

  it("takes no node port, which another stack has", () => {
    const service = blueGreenStack({
      "sluice:router": "service",
      "sluice:host": undefined,
      "sluice:ingressController": undefined,
      "sluice:service": { nodePort: 30080 },
    });
    const stack = edited(service);
    assert.deepEqual(stack["sluice:service"], {});
    assert.equal(stack["sluice:host"], undefined);
    assert.equal(stack["sluice:ingressController"], undefined);
    parseStackConfig(stack);
  });
});
