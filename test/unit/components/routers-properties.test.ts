import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackConfig } from "../../../config";
import type { Manifest } from "../../../render/manifest";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { BlueGreenPlan, CanaryPlan } from "../../../traffic/plan";
import { blueGreenPlans, canaryPlans, configOf, requestsFor } from "../support/arbitraries";
import { answerByGateway } from "../support/gateway-answer";
import { answerByIstio } from "../support/istio-answer";
import { objectsIn, sameShares, type EntranceRequest, type ObjectsAnswer } from "../support/objects-answer";
import { runProgram } from "../support/programs";
import { blueGreenStack, smallStack, type RawConfig } from "../support/stacks";

const plans = 50;
const requestsPerPlan = 40;

type Answer = (objects: readonly Manifest[], request: EntranceRequest) => ObjectsAnswer;

/** How each router's objects may be read: Gateway API leaves open whether an expression is one of the whole value. */
const readings = {
  gateway: [
    (objects, sent) => answerByGateway(objects, sent, "whole"),
    (objects, sent) => answerByGateway(objects, sent, "anywhere"),
  ],
  istio: [answerByIstio],
} satisfies Record<string, readonly Answer[]>;

const controllers = {
  gateway: { "sluice:ingressController": { kind: "existing", className: "any" } },
  istio: { "sluice:ingressController": { kind: "existing" } },
} as const;

/** Requests at a plan's addresses, some of them moved to where nothing is. */
function requestsAround(plan: CanaryPlan): fc.Arbitrary<TrafficRequest> {
  const moves = fc.constantFrom<(request: TrafficRequest) => TrafficRequest>(
    (request) => request,
    (request) => request,
    (request) => request,
    (request) => ({ ...request, host: `${request.host.toUpperCase()}:8080` }),
    (request) => ({ ...request, host: `x.${request.host}` }),
    (request) => ({ ...request, path: `${request.path.replace(/\?.*/, "")}x` }),
    (request) => ({ ...request, path: "/" }),
    // What only holds a rule's text somewhere is no match of it.
    (request) => ({ ...request, cookies: { [`x${plan.canary?.cookie}`]: "always", ...request.cookies } }),
    (request) => ({ ...request, cookies: { ...request.cookies, [`${plan.canary?.cookie}`]: "alwaysx" } }),
    (request) => ({ ...request, path: request.path.toUpperCase() }),
  );
  return fc.tuple(requestsFor(plan), moves).map(([request, move]) => move(request));
}

function requestsToColors(plan: BlueGreenPlan): fc.Arbitrary<TrafficRequest> {
  const all = [...plan.routes, ...(plan.preview ? [plan.preview] : [])];
  return fc
    .constantFrom(...all)
    .chain(({ host, path }) =>
      fc.constantFrom(path, `${path}x`, `${path}/x`.replace("//", "/"), "/").map((asked) => ({ host, path: asked })),
    );
}

/** A certificate for some of the hosts of a config. */
function withTls(config: RawConfig, secured: readonly string[]): RawConfig {
  if (secured.length === 0) return config;
  const tls = secured.map((host) => ({ secretName: `cert-${host}`, hosts: [host] }));
  return { ...config, "sluice:route": { ...(config["sluice:route"] as object), tls } };
}

describe("what routers' objects say", function () {
  this.timeout(300_000);

  for (const router of ["gateway", "istio"] as const) {
    it(`is what the model says of a canary: ${router}`, async () => {
      let decided = 0;
      await fc.assert(
        fc.asyncProperty(
          canaryPlans({ router }).chain((plan) =>
            fc.record({
              plan: fc.constant(plan),
              secured: fc.subarray([...new Set(plan.routes.map(({ host }) => host))]),
              requests: fc.array(requestsAround(plan), { minLength: requestsPerPlan, maxLength: requestsPerPlan }),
            }),
          ),
          async ({ plan: { ...wanted }, secured, requests }) => {
            const versions = Object.fromEntries(
              [wanted.stable, wanted.canary?.version ?? ""].map((name) => [name, { image: "nginx:1" }]),
            );
            const changes = { ...configOf(wanted), "sluice:versions": versions, ...controllers[router] };
            const config = withTls(smallStack(changes), secured);
            const { plan } = parseStackConfig(config);
            const objects = objectsIn(await runProgram(config));
            for (const request of requests) decided += agree(plan as CanaryPlan, objects, request, readings[router]);
          },
        ),
        { numRuns: plans },
      );
      // Most requests fall under a rule: a property of 404s alone would say little.
      assert.ok(decided > (plans * requestsPerPlan) / 4, `${decided} decided`);
    });

    it(`is what the model says of two colors: ${router}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          blueGreenPlans
            .filter(({ routes }) =>
              routes.every(({ host, pathType }) => !host.startsWith("*") && pathType === "Prefix"),
            )
            .chain((plan) => fc.tuple(fc.constant(plan), fc.array(requestsToColors(plan), { minLength: 20 }))),
          async ([wanted, requests]) => {
            const [first, ...more] = wanted.routes;
            const config = blueGreenStack({
              "sluice:router": router,
              "sluice:host": first?.host,
              "sluice:path": first?.path,
              "sluice:route": { more, previewHost: wanted.preview?.host },
              "sluice:activeColor": wanted.activeColor,
              "sluice:retireIdle": wanted.retireIdle,
              ...controllers[router],
            });
            const { plan } = parseStackConfig(config);
            const objects = objectsIn(await runProgram(config));
            for (const request of requests) agree(plan as BlueGreenPlan, objects, request, readings[router]);
          },
        ),
        { numRuns: Math.ceil(plans / 4) },
      );
    });
  }
});

/** Holds the answers to one request against each other; 1 where a version serves it. */
function agree(
  plan: CanaryPlan | BlueGreenPlan,
  objects: readonly Manifest[],
  request: TrafficRequest,
  answers: readonly Answer[],
): number {
  const asked = request.host.replace(/:\d+$/, "").toLowerCase();
  const isSecured = plan.routes.some(({ host, tls }) => host === asked && tls === true);
  const model = routeRequest(plan, request);
  for (const answerBy of answers) {
    const answer = answerBy(objects, { ...request, isSecured });
    const said = `${JSON.stringify(request)}: the model says ${JSON.stringify(model)}, the objects ${JSON.stringify(answer)}`;
    assert.equal(answer.status, model.status, said);
    assert.ok(sameShares(answer.shares, model.shares), said);
    if (isSecured) assert.equal(answerBy(objects, request).scheme, "https", said);
  }
  return model.status === undefined ? 1 : 0;
}
