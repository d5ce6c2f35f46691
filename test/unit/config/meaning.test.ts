import assert from "node:assert/strict";
import {
  blueGreenService,
  blueGreenStack,
  problemsOf,
  refuseEach,
  replicaRatioStack,
  smallStack,
} from "../support/stacks";

const header = { name: "Region", value: "shenzhen" };
const colors = { blue: "v1", green: "v2" };

describe("a blue-green stack refuses what has no meaning there", () => {
  const movesAll = /no meaning under strategy blueGreen \(sluice:activeColor moves all traffic at once\): remove it/;
  refuseEach(blueGreenStack, [
    ["a weight", { "sluice:canaryWeight": 10 }, "canaryWeight", 10, movesAll],
    ["a weight of 0", { "sluice:canaryWeight": 0 }, "canaryWeight", 0, movesAll],
    ["a total of weights", { "sluice:weightTotal": 200 }, "weightTotal", 200, movesAll],
    ["a header rule", { "sluice:headerMatch": header }, "headerMatch", header, movesAll],
    ["a cookie rule", { "sluice:cookieMatch": "trial" }, "cookieMatch", "trial", movesAll],
    ["stable", { "sluice:stable": "v1" }, "stable", "v1", /sluice:colors and sluice:activeColor name the versions/],
    ["a canary", { "sluice:canary": "v2" }, "canary", "v2", /the idle color of sluice:colors is the one on trial/],
    [
      "affinity",
      { "sluice:affinity": { mode: "cookie" } },
      "affinity.mode",
      "cookie",
      /no meaning under strategy blueGreen/,
    ],
    [
      "a node port behind an Ingress",
      { "sluice:service": { nodePort: 30080 } },
      "service.nodePort",
      30080,
      /no meaning under router ingress: remove it/,
    ],
    [
      "a preview's node port behind an Ingress",
      { "sluice:service": { previewNodePort: 30081 } },
      "service.previewNodePort",
      30081,
      /no meaning under router ingress \(sluice:route.previewHost previews behind an Ingress\)/,
    ],
  ]);
});

describe("a stack behind a Service alone refuses what has no meaning there", () => {
  const tls = [{ secretName: "cert", hosts: ["www.test.com"] }];
  const noLook = /no meaning under router service \(a Service answers every host and path\): remove it/;
  refuseEach(blueGreenService, [
    ["a path", { "sluice:path": "/shop" }, "path", "/shop", noLook],
    ["a pathType", { "sluice:route": { pathType: "Exact" } }, "route.pathType", "Exact", noLook],
    ["routes", { "sluice:route": { more: [{ path: "/shop" }] } }, "route.more", [{ path: "/shop" }], noLook],
    ["TLS", { "sluice:route": { tls } }, "route.tls", tls, /a Service passes connections on as they are/],
    [
      "Ingress annotations",
      { "sluice:route": { annotations: { a: "b" } } },
      "route.annotations",
      { a: "b" },
      /no meaning under router service/,
    ],
    [
      "a preview's host",
      { "sluice:route": { previewHost: "preview.test.com" } },
      "route.previewHost",
      "preview.test.com",
      /no meaning under router service \(sluice:service.previewNodePort previews behind a Service\)/,
    ],
  ]);
});

describe("a stack that splits by replicas refuses what has no meaning there", () => {
  const noRules = /no meaning under strategy replicaRatio \(a Service can't look into requests\): remove it/;
  refuseEach(replicaRatioStack, [
    [
      "a weight",
      { "sluice:canaryWeight": 10 },
      "canaryWeight",
      10,
      /no meaning under strategy replicaRatio \(the share is the ratio of the versions' replicas\): remove it/,
    ],
    ["a header rule", { "sluice:headerMatch": header }, "headerMatch", header, noRules],
    ["a cookie rule", { "sluice:cookieMatch": "trial" }, "cookieMatch", "trial", noRules],
    ["affinity", { "sluice:affinity": { mode: "cookie" } }, "affinity.mode", "cookie", /a Service knows no cookies/],
    ["colors", { "sluice:colors": colors }, "colors", colors, /no meaning under strategy replicaRatio/],
    [
      "a preview's node port",
      { "sluice:service": { previewNodePort: 30081 } },
      "service.previewNodePort",
      30081,
      /no meaning under strategy replicaRatio/,
    ],
    [
      "an Ingress",
      { "sluice:router": "ingress" },
      "router",
      "ingress",
      /must be service under strategy replicaRatio: behind any other router, strategy canary splits by weight/,
    ],
  ]);
});

describe("a stack with a canary refuses what has no meaning there", () => {
  refuseEach(smallStack, [
    ["colors", { "sluice:colors": colors }, "colors", colors, /no meaning under strategy canary: remove it/],
    ["an active color", { "sluice:activeColor": "blue" }, "activeColor", "blue", /no meaning under strategy canary/],
    ["what becomes of an idle color", { "sluice:retireIdle": "keep" }, "retireIdle", "keep", /strategy canary/],
    [
      "a preview's host",
      { "sluice:route": { previewHost: "p.test.com" } },
      "route.previewHost",
      "p.test.com",
      /strategy canary/,
    ],
    [
      "a node port",
      { "sluice:service": { nodePort: 30080 } },
      "service.nodePort",
      30080,
      /no meaning under router ingress/,
    ],
    [
      "a node's address",
      { "sluice:service": { nodeAddress: "10.0.0.1" } },
      "service.nodeAddress",
      "10.0.0.1",
      /under router ingress/,
    ],
    [
      "a Service alone",
      { "sluice:router": "service" },
      "router",
      "service",
      /must be ingress, gateway or istio under strategy canary: behind a Service alone, strategy replicaRatio splits by replicas/,
    ],
  ]);
});

describe("a missing key", () => {
  const cases: [string, Parameters<typeof problemsOf>[0], string, RegExp][] = [
    [
      "host behind an Ingress",
      blueGreenStack({ "sluice:host": undefined }),
      "host",
      /must be set under router ingress/,
    ],
    ["colors", blueGreenStack({ "sluice:colors": undefined }), "colors", /must be set under strategy blueGreen/],
    ["activeColor", blueGreenStack({ "sluice:activeColor": undefined }), "activeColor", /under strategy blueGreen/],
    ["stable of a canary", smallStack({ "sluice:stable": undefined }), "stable", /must be set under strategy canary/],
    [
      "stable by replicas",
      replicaRatioStack({ "sluice:stable": undefined }),
      "stable",
      /must be set under strategy replicaRatio/,
    ],
  ];
  for (const [title, config, key, allowed] of cases)
    it(`is named: ${title}`, () => {
      const [problem, ...more] = problemsOf(config);
      assert.deepEqual([problem?.key, problem?.value, more], [key, undefined, []]);
      assert.match(problem?.allowed ?? "", allowed);
    });
});
