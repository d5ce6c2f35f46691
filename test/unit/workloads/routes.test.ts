import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { routeObjects, routePatches, withdrawPatches } from "../../../routers";
import { readFixture } from "../../workloads/fixtures";
import type { RawConfig } from "../support/stacks";

const nginx = "nginx.ingress.kubernetes.io";

function objectsOf(fixture: string, changes: RawConfig = {}) {
  const config = parseStackConfig(readFixture(fixture, changes));
  const objects = routeObjects({ config, plan: config.plan, title: config.workload });
  return {
    config,
    objects,
    named: (kind: string, name: string) => objects.find((one) => one.kind === kind && one.metadata.name === name),
  };
}

describe("the routes beside an application's own", () => {
  it("leave a fan-out's other paths alone, and lead to the Service and port that each path has", () => {
    const { config, named } = objectsOf("fan-out.yaml");
    assert.deepEqual(
      config.plan.strategy === "canary" && config.plan.routes.map(({ host, path }) => `${host}${path}`),
      ["api.example.com/v1", "grpc.example.com/"],
    );
    const canary = named("Ingress", "all-canary");
    assert.deepEqual(canary?.spec, {
      ingressClassName: "nginx",
      rules: [
        {
          host: "api.example.com",
          http: {
            paths: [
              {
                path: "/v1",
                pathType: "Prefix",
                backend: { service: { name: "api-http-canary", port: { number: 80 } } },
              },
            ],
          },
        },
        {
          host: "grpc.example.com",
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: "api-grpc-canary", port: { name: "grpc" } } },
              },
            ],
          },
        },
      ],
    });
    assert.deepEqual(canary?.metadata.annotations, {
      [`${nginx}/load-balance`]: "ewma",
      [`${nginx}/canary`]: "true",
      [`${nginx}/canary-weight`]: "10",
    });
    assert.deepEqual(named("Service", "api-http-canary")?.spec, {
      type: "ClusterIP",
      selector: { app: "api", "sluice.dev/version": "v2" },
      ports: [{ name: "http", port: 80, targetPort: "http", appProtocol: "http" }],
    });
  });

  it("are for the host that the stack names alone", () => {
    const { objects } = objectsOf("fan-out.yaml", { "sluice:host": "grpc.example.com" });
    const { spec } = objects.find(({ metadata }) => metadata.name === "all-canary") ?? {};
    assert.deepEqual(
      (spec?.["rules"] as { host: string }[]).map(({ host }) => host),
      ["grpc.example.com"],
    );
  });

  it("tell stickiness by the Ingress' own annotations, and keep the class of old", () => {
    const { config, named } = objectsOf("sticky.yaml");
    assert.equal(config.plan.strategy === "canary" && config.plan.affinity?.cookie, "seat");
    const { annotations } = named("Ingress", "forum-canary")?.metadata ?? {};
    assert.equal(annotations?.["kubernetes.io/ingress.class"], "nginx");
    assert.equal(annotations[`${nginx}/affinity-canary-behavior`], "sticky");
  });

  it("are an Ingress of the stack's own where the application has none", () => {
    const { named } = objectsOf("headless.yaml");
    assert.deepEqual(named("Ingress", "peers")?.spec, {
      ingressClassName: "nginx",
      rules: [
        {
          host: "www.example.com",
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "peers", port: { number: 80 } } } }],
          },
        },
      ],
    });
    const canary = named("Service", "peers-canary");
    assert.deepEqual(canary?.spec["ports"], [{ name: "http", port: 80, targetPort: 7000 }]);
    assert.equal(named("Service", "peers-all-canary"), undefined);
  });

  it("narrow each of the application's Services to stable, and move by patches", () => {
    const { config, named } = objectsOf("headless.yaml");
    assert.deepEqual(named("Service", "peers-all")?.spec["selector"], { app: "peers", "sluice.dev/version": "v1" });
    const { plan } = config;
    assert.ok(plan.strategy === "canary" && plan.canary);
    const more = { ...plan, canary: { ...plan.canary, weight: 50 } };
    assert.deepEqual(
      routePatches(config, plan, more)?.map(({ kind, name }) => `${kind}/${name}`),
      ["Ingress/peers-canary"],
    );
    const promoted = routePatches(config, plan, { ...plan, stable: "v2" });
    assert.deepEqual(
      promoted?.map(({ name, patch }) => [name, patch]),
      [
        ["peers", { spec: { selector: { app: "peers", tier: "back", "sluice.dev/version": "v2" } } }],
        ["peers-all", { spec: { selector: { app: "peers", "sluice.dev/version": "v2" } } }],
      ],
    );
    assert.ok(withdrawPatches(config, plan).some(({ name }) => name === "peers-canary"));
  });

  it("lead users to the active color, and to the idle one at the preview's host", () => {
    const { named } = objectsOf("fan-out.yaml", {
      "sluice:strategy": "blueGreen",
      "sluice:stable": undefined,
      "sluice:canary": undefined,
      "sluice:canaryWeight": undefined,
      "sluice:colors": { blue: "v1", green: "v2" },
      "sluice:activeColor": "green",
      "sluice:route": { previewHost: "preview.example.com" },
    });
    const versionOf = (name: string) =>
      (named("Service", name)?.spec["selector"] as Record<string, string>)["sluice.dev/version"];
    assert.deepEqual(["api-http", "api-grpc", "api-http-preview"].map(versionOf), ["v2", "v2", "v1"]);
    assert.ok(named("Ingress", "api-preview"));
  });
});
