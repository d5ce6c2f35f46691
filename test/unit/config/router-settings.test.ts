import assert from "node:assert/strict";
import {
  blueGreenService,
  blueGreenStack,
  istioStack,
  onlyProblemOf,
  refuseEach,
  replicaRatioStack,
  smallStack,
} from "../support/stacks";

const attached = { "sluice:gateway": { name: "shared", namespace: "infra" } };

describe("what only Gateway API and Istio can express is refused elsewhere", () => {
  const inAnnotations = /no meaning under router ingress \(sluice:route.annotations takes ingress-nginx's own: .*\)/;
  refuseEach(smallStack, [
    [
      "timeouts",
      { "sluice:route": { timeouts: { request: "1s" } } },
      "route.timeouts",
      { request: "1s" },
      inAnnotations,
    ],
    ["retries", { "sluice:route": { retries: { attempts: 1 } } }, "route.retries", { attempts: 1 }, inAnnotations],
    [
      "copies",
      { "sluice:mirrorPercent": 10 },
      "mirrorPercent",
      10,
      /under router ingress \(ingress-nginx copies all requests or none, by its annotation mirror-target\)/,
    ],
    [
      "clients' addresses",
      { "sluice:clientMatch": ["10.0.0.1"] },
      "clientMatch",
      ["10.0.0.1"],
      /under router ingress \(its rules can't see a client's address: only router istio's can\)/,
    ],
    ["a Gateway", attached, "gateway", attached["sluice:gateway"], /has no meaning under router ingress: remove it/],
    ["a mesh", { "sluice:istio": {} }, "istio", {}, /has no meaning under router ingress: remove it/],
  ]);
  refuseEach(blueGreenService, [
    [
      "timeouts behind a Service",
      { "sluice:route": { timeouts: { request: "1s" } } },
      "route.timeouts",
      { request: "1s" },
      /router service: remove it/,
    ],
    [
      "retries behind a Service",
      { "sluice:route": { retries: { attempts: 1 } } },
      "route.retries",
      { attempts: 1 },
      /router service: remove it/,
    ],
  ]);
  refuseEach(blueGreenStack, [
    [
      "copies of two colors",
      { "sluice:mirrorPercent": 10 },
      "mirrorPercent",
      10,
      /under strategy blueGreen: remove it/,
    ],
    [
      "addresses of two colors",
      { "sluice:clientMatch": ["10.0.0.1"] },
      "clientMatch",
      ["10.0.0.1"],
      /under strategy blueGreen/,
    ],
  ]);

  it("a strategy without its router", () => {
    const canary = onlyProblemOf(smallStack({ "sluice:router": "service", "sluice:canaryWeight": undefined }));
    assert.deepEqual([canary.key, canary.value], ["router", "service"]);
    assert.match(canary.allowed, /must be ingress, gateway or istio under strategy canary/);
    for (const router of ["gateway", "istio"]) {
      const ratio = onlyProblemOf(replicaRatioStack({ "sluice:router": router }));
      assert.deepEqual([ratio.key, ratio.value], ["router", router]);
      assert.match(ratio.allowed, /must be service under strategy replicaRatio/);
    }
  });
});

describe("what routers need to know is checked by itself", () => {
  const duration = /must be a duration such as 500ms, 10s or 2m/;
  refuseEach(istioStack, [
    [
      "a timeout without unit",
      { "sluice:route": { timeouts: { request: "10" } } },
      "route.timeouts.request",
      "10",
      duration,
    ],
    [
      "a timeout of nothing",
      { "sluice:route": { timeouts: { backend: "0s" } } },
      "route.timeouts.backend",
      "0s",
      duration,
    ],
    ["no timeout", { "sluice:route": { timeouts: {} } }, "route.timeouts", {}, /must have request or backend/],
    [
      "no further try",
      { "sluice:route": { retries: { attempts: 0 } } },
      "route.retries.attempts",
      0,
      /whole number from 1 to 10/,
    ],
    [
      "a status that is no error",
      { "sluice:route": { retries: { attempts: 1, codes: [200] } } },
      "route.retries.codes.0",
      200,
      /whole number from 400 to 599/,
    ],
    [
      "no statuses",
      { "sluice:route": { retries: { attempts: 1, codes: [] } } },
      "route.retries.codes",
      [],
      /at least one status/,
    ],
    ["no labels of the gateway", { "sluice:istio": { selector: {} } }, "istio.selector", {}, /at least one label/],
    [
      "a response header with a space",
      { "sluice:istio": { versionHeader: "x version" } },
      "istio.versionHeader",
      "x version",
      /must be a header's name of letters, digits and -/,
    ],
    [
      "a port of no protocol",
      { "sluice:istio": { portName: "web" } },
      "istio.portName",
      "web",
      /must be http, http2 or grpc/,
    ],
    [
      "a redirection of another kind",
      { "sluice:istio": { sidecar: { redirection: "ebpf" } } },
      "istio.sidecar.redirection",
      "ebpf",
      /must be init or cni/,
    ],
    [
      "a copy above all",
      { "sluice:mirrorPercent": 101, "sluice:canaryWeight": 0 },
      "mirrorPercent",
      101,
      /from 0 to 100/,
    ],
  ]);
});
