import assert from "node:assert/strict";
import { reviewEdits, reviewName } from "../../../cli/review-stack";
import { parseStackConfig } from "../../../config";
import { blueGreenStack, smallStack, type RawConfig } from "../support/stacks";

const edited = (template: RawConfig, hostSuffix?: string): RawConfig => {
  const edits = reviewEdits(parseStackConfig(template), { pullRequest: 12, hostSuffix });
  const all = { ...template, ...Object.fromEntries(edits.map(([[key = ""], value]) => [key, value])) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
};

describe("reviewEdits", () => {
  const traefik = { "sluice:ingressController": { kind: "traefik", replicas: 2 } };
  const dev = smallStack({
    ...traefik,
    "sluice:metallb": { addresses: ["192.168.10.240-192.168.10.250"] },
    "sluice:tls": [{ secretName: "www", hosts: ["www.test.com"] }],
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
    assert.equal(stack["sluice:tls"], undefined);
  });

  it("keeps the plan and the versions", () => {
    const { plan } = parseStackConfig(edited(dev));
    assert.ok(plan.strategy === "canary");
    assert.deepEqual(plan.canary, { version: "v2", weight: 10, weightTotal: 100 });
  });

  it("moves every host, wildcards and the preview's too, below a domain where one is given", () => {
    const routes = [{ path: "/a" }, { host: "*.shop.test.com", path: "/", pathType: "Exact" }];
    const stack = edited(smallStack({ ...traefik, "sluice:routes": routes }), "review.example.com");
    assert.equal(stack["sluice:host"], "pr-12.review.example.com");
    assert.deepEqual(stack["sluice:routes"], [
      { host: "pr-12.review.example.com", path: "/a", pathType: "Prefix" },
      { host: "*.pr-12-2.review.example.com", path: "/", pathType: "Exact" },
    ]);
    const colors = edited(blueGreenStack({ "sluice:previewHost": "next.test.com" }), "review.example.com");
    assert.equal(colors["sluice:previewHost"], "pr-12-2.review.example.com");
  });

  it("takes no node port, which another stack has", () => {
    const service = blueGreenStack({
      "sluice:router": "service",
      "sluice:host": undefined,
      "sluice:ingressController": undefined,
      "sluice:nodePort": 30080,
    });
    const stack = edited(service);
    assert.equal(stack["sluice:nodePort"], undefined);
    assert.equal(stack["sluice:host"], undefined);
    assert.equal(stack["sluice:ingressController"], undefined);
    parseStackConfig(stack);
  });
});
