import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import type { BlueGreenPlan } from "../../../traffic/plan";
import { asTexts, blueGreenService, blueGreenStack, onlyProblemOf, refuseEach } from "../support/stacks";

const v1 = { image: "nginx:1" };
const v2 = { image: "nginx:2" };

describe("a blue-green stack", () => {
  it("comes to a plan with its routes behind an Ingress", () => {
    const changes = { "sluice:route": { previewHost: "preview.test.com" }, "sluice:retireIdle": "scaleDown" };
    assert.deepEqual(parseStackConfig(blueGreenStack(changes)).plan, {
      strategy: "blueGreen",
      router: "ingress",
      routes: [{ host: "www.test.com", path: "/", pathType: "Prefix" }],
      colors: { blue: "v1", green: "v2" },
      activeColor: "blue",
      retireIdle: "scaleDown",
      preview: { host: "preview.test.com", path: "/", pathType: "Prefix" },
    });
  });

  it("comes to a plan with its ports behind a Service", () => {
    const config = blueGreenService({ "sluice:service": { previewNodePort: "30081", nodePort: "30080" } });
    assert.deepEqual(parseStackConfig(config).plan, {
      strategy: "blueGreen",
      router: "service",
      routes: [],
      colors: { blue: "v1", green: "v2" },
      activeColor: "blue",
      retireIdle: "keep",
      nodePort: 30080,
      previewNodePort: 30081,
    });
  });

  it("reads the same from Pulumi's texts", () => {
    for (const config of [blueGreenStack(), blueGreenService()])
      assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
  });

  it("needs a controller only where it needs an Ingress", () => {
    const withoutController = blueGreenStack({ "sluice:ingressController": undefined });
    assert.equal(onlyProblemOf(withoutController).key, "ingressController.kind");
    assert.equal(parseStackConfig(blueGreenService()).ingressController, undefined);
  });

  it("may have one color only, and an idle version without pods", () => {
    const { plan } = parseStackConfig(blueGreenStack({ "sluice:colors": { blue: "v1" } }));
    assert.deepEqual((plan as BlueGreenPlan).colors, { blue: "v1" });
    parseStackConfig(blueGreenStack({ "sluice:versions": { v1, v2: { ...v2, replicas: 0 } } }));
  });

  it("takes the lowest and the highest node port", () => {
    const config = blueGreenService({ "sluice:service": { nodePort: 30000, previewNodePort: "32767" } });
    const plan = parseStackConfig(config).plan as BlueGreenPlan;
    assert.deepEqual([plan.nodePort, plan.previewNodePort], [30000, 32767]);
  });

  it("previews by TLS where a certificate is for the preview's host", () => {
    const tls = [{ secretName: "cert", hosts: ["preview.test.com"] }];
    const config = blueGreenStack({ "sluice:route": { previewHost: "preview.test.com", tls } });
    const { preview, routes } = parseStackConfig(config).plan as BlueGreenPlan;
    assert.deepEqual([preview?.tls, routes.map((route) => route.tls)], [true, [undefined]]);
  });
});

describe("a blue-green stack refuses", () => {
  const range = /whole number from 30000 to 32767, the range of NodePorts/;
  refuseEach(blueGreenStack, [
    ["an active color that is none", { "sluice:activeColor": "red" }, "activeColor", "red", /must be blue or green/],
    [
      "an active color without a version",
      { "sluice:colors": { green: "v2" } },
      "activeColor",
      "blue",
      /must be a color of this stack: green/,
    ],
    [
      "no color at all",
      { "sluice:colors": {} },
      "activeColor",
      "blue",
      /must be a color of this stack: sluice:colors names none/,
    ],
    [
      "an active version without pods",
      { "sluice:versions": { v1: { ...v1, replicas: 0 }, v2 } },
      "activeColor",
      "blue",
      /a color whose version has pods: sluice:versions\.v1\.replicas is 0, so nobody would be served/,
    ],
    [
      "one version in both colors",
      { "sluice:colors": { blue: "v1", green: "v1" } },
      "colors.green",
      "v1",
      /another version than blue's: a switch between them would change nothing/,
    ],
    [
      "a color of an unknown version",
      { "sluice:colors": { blue: "v1", green: "v9" } },
      "colors.green",
      "v9",
      /must be one of the versions: v1, v2/,
    ],
    [
      "an active color of an unknown version",
      { "sluice:colors": { blue: "v9", green: "v2" } },
      "colors.blue",
      "v9",
      /must be one of the versions: v1, v2/,
    ],
    [
      "an unknown color, with the nearest",
      { "sluice:colors": { blue: "v1", gren: "v2" } },
      "colors.gren",
      "v2",
      /did you mean green\?/,
    ],
    ["colors that are no map", { "sluice:colors": "blue" }, "colors", "blue", /map of blue and green to versions/],
    [
      "an unknown end of the idle color",
      { "sluice:retireIdle": "stop" },
      "retireIdle",
      "stop",
      /keep, scaleDown or remove/,
    ],
    [
      "the users' host as the preview's",
      { "sluice:route": { previewHost: "www.test.com" } },
      "route.previewHost",
      "www.test.com",
      /another host than those that users ask for/,
    ],
    [
      "a further route's host as the preview's",
      { "sluice:route": { previewHost: "api.test.com", more: [{ host: "api.test.com" }] } },
      "route.previewHost",
      "api.test.com",
      /another host than those that users ask for/,
    ],
  ]);
  refuseEach(blueGreenService, [
    ["a node port below the range", { "sluice:service": { nodePort: 29999 } }, "service.nodePort", 29999, range],
    ["a node port above the range", { "sluice:service": { nodePort: 32768 } }, "service.nodePort", 32768, range],
    ["a node port that is no number", { "sluice:service": { nodePort: "http" } }, "service.nodePort", "http", range],
    ["a node port with a fraction", { "sluice:service": { nodePort: 30080.5 } }, "service.nodePort", 30080.5, range],
    [
      "a preview's port outside the range",
      { "sluice:service": { previewNodePort: 80 } },
      "service.previewNodePort",
      80,
      range,
    ],
    [
      "one port for users and preview",
      { "sluice:service": { previewNodePort: 30080 } },
      "service.previewNodePort",
      30080,
      /another port than sluice:service.nodePort/,
    ],
    [
      "a node's address without a port of it",
      { "sluice:service": { nodePort: undefined, nodeAddress: "10.0.0.1" } },
      "service.nodeAddress",
      "10.0.0.1",
      /no meaning without sluice:service.nodePort/,
    ],
    [
      "a node's name as its address",
      { "sluice:service": { nodeAddress: "node-1" } },
      "service.nodeAddress",
      "node-1",
      /IP address/,
    ],
    [
      "a version named as the preview's Service is",
      {
        "sluice:service": { previewNodePort: 30081 },
        "sluice:versions": { v1, preview: v2 },
        "sluice:colors": { blue: "v1", green: "preview" },
      },
      "versions.preview",
      "preview",
      /must have another name: the Service nginx-preview is the idle color's, and two can't share it/,
    ],
  ]);

  it("no version named preview where no Service is named so", () => {
    const versions = { v1, preview: v2 };
    const colors = { blue: "v1", green: "preview" };
    parseStackConfig(blueGreenService({ "sluice:versions": versions, "sluice:colors": colors }));
    parseStackConfig(blueGreenStack({ "sluice:versions": versions, "sluice:colors": colors }));
  });
});
