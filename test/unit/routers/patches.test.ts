import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackConfig, type StackConfig } from "../../../config";
import { routeObjects, routePatches, withdrawPatches } from "../../../routers";
import { subsetRule } from "../../../routers/istio/subset";
import { applyMergePatch } from "../../../routers/merge-patch";
import type { RouteObject, RoutePatch } from "../../../routers/router";
import type { CanaryPlan, CanaryTrial, RuleRouter } from "../../../traffic/plan";
import type { Manifest } from "../../../render/manifest";
import { canaryPlans, configOf, requestsFor, trials } from "../support/arbitraries";
import { answerByIstio } from "../support/istio-answer";
import {
  blueGreenService,
  blueGreenStack,
  flaggerStack,
  gatewayStack,
  istioStack,
  replicaRatioStack,
  smallStack,
  type RawConfig,
} from "../support/stacks";

const gatewayKeys = {
  "sluice:router": "gateway",
  "sluice:ingressController": { kind: "existing", className: "any" },
};

const stackOf = { ingress: smallStack, gateway: gatewayStack, istio: istioStack } as const;

const versions = ["v1", "v2", "v10", "stable", "next-gen", "2024", "third"];

/** The stack of a plan, in which every version has pods. */
function configOfPlan(plan: CanaryPlan): StackConfig {
  const images = Object.fromEntries(versions.map((version) => [version, { image: "nginx:1" }]));
  return parseStackConfig(stackOf[plan.router]({ ...configOf(plan), "sluice:versions": images }));
}

/** Another trial of the same stack: the same version with other rules, a third one, or the middle of a promotion. */
function otherTrials(plan: CanaryPlan): fc.Arbitrary<CanaryPlan> {
  const { version = "v2" } = plan.canary ?? {};
  return fc.oneof(
    trials(fc.constantFrom(version, "third")).map((canary) => ({ ...plan, canary })),
    trials(fc.constant(version)).map((canary) => ({
      ...plan,
      stable: version,
      canary: { ...canary, header: { name: "X-Sluice-Canary" } },
    })),
  );
}

/** The route objects of a stack by kind and name. */
function objectsOf(config: StackConfig): Map<string, unknown> {
  const objects = routeObjects({ config, plan: config.plan, title: config.workload });
  return new Map(
    objects.map(({ apiVersion, kind, metadata, spec }: RouteObject) => [
      `${kind} ${metadata.name}`,
      { apiVersion, kind, metadata, spec },
    ]),
  );
}

function patched(config: StackConfig, patches: readonly RoutePatch[]): Map<string, unknown> {
  const objects = objectsOf(config);
  for (const { kind, name, namespace, patch } of patches) {
    const key = `${kind} ${name}`;
    assert.ok(objects.has(key), key);
    assert.equal(namespace, config.namespace);
    objects.set(key, applyMergePatch(objects.get(key), patch));
  }
  return objects;
}

const namesOf = (patches: readonly RoutePatch[] | undefined) => patches?.map(({ kind, name }) => `${kind} ${name}`);

function patchesBetween(from: RawConfig, to: RawConfig) {
  const config = parseStackConfig(from);
  return routePatches(config, config.plan, parseStackConfig(to).plan);
}

describe("routePatches", () => {
  for (const router of ["ingress", "gateway", "istio"] as const satisfies readonly RuleRouter[])
    it(`makes of a plan's objects those of another trial: ${router}`, () => {
      const pairs = canaryPlans({ router }).chain((plan) => fc.tuple(fc.constant(plan), otherTrials(plan)));
      fc.assert(
        fc.property(pairs, (plans) => {
          const [from, to] = plans.map(configOfPlan) as [StackConfig, StackConfig];
          const patches = routePatches(from, from.plan, to.plan) ?? assert.fail("no patches");
          assert.deepEqual(patched(from, patches), objectsOf(to));
        }),
      );
    });

  it("switches colors, the one that is tried among them", () => {
    const preview = { "sluice:route": { previewHost: "next.test.com" } };
    const stacks: [RawConfig, string[]][] = [
      [blueGreenStack(preview), ["Service nginx", "Service nginx-preview"]],
      [blueGreenService({ "sluice:service": { previewNodePort: 30081 } }), ["Service nginx", "Service nginx-preview"]],
      [blueGreenStack({ ...gatewayKeys, ...preview }), ["HTTPRoute nginx", "HTTPRoute nginx-preview"]],
      [blueGreenStack({ "sluice:router": "istio" }), ["VirtualService nginx-inside", "VirtualService nginx"]],
    ];
    for (const [blue, names] of stacks) {
      const [from, to] = [blue, { ...blue, "sluice:activeColor": "green" }].map((raw) => parseStackConfig(raw));
      assert.ok(from && to);
      const patches = routePatches(from, from.plan, to.plan) ?? [];
      assert.deepEqual(namesOf(patches), names);
      assert.deepEqual(patched(from, patches), objectsOf(to));
    }
  });

  it("is one patch of the canary Ingress where only a weight changes, and takes out what is said no more", () => {
    const prefix = "nginx.ingress.kubernetes.io";
    const [patch, ...more] =
      patchesBetween(smallStack({ "sluice:cookieMatch": "trial" }), smallStack({ "sluice:canaryWeight": 50 })) ?? [];
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...patch, patch: undefined },
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        namespace: "demo",
        name: "nginx-canary",
        patch: undefined,
      },
    );
    const annotations = patch?.patch as { metadata: { annotations: Record<string, string | null> } };
    assert.deepEqual(
      Object.entries(annotations.metadata.annotations).filter(([, value]) => value !== null),
      [
        [`${prefix}/canary`, "true"],
        [`${prefix}/canary-weight`, "50"],
      ],
    );
    assert.equal(annotations.metadata.annotations[`${prefix}/canary-by-cookie`], null);
  });

  it("leads users to a version before another loses them, and away from a canary first", () => {
    const trial = smallStack({ "sluice:canaryWeight": 100 });
    const promotion = { ...trial, "sluice:stable": "v2", "sluice:headerMatch": { name: "X-Sluice-Canary" } };
    assert.deepEqual(namesOf(patchesBetween(trial, promotion)), ["Service nginx", "Ingress nginx-canary"]);
    const back = smallStack({ "sluice:canaryWeight": 0 });
    assert.deepEqual(namesOf(patchesBetween(promotion, back)), ["Ingress nginx-canary", "Service nginx"]);
  });

  it("moves the objects of both routers in the middle of a migration, those that users come by first", () => {
    for (const [users, first] of [
      ["old", "nginx-canary"],
      ["new", "nginx-beside-canary"],
    ] as const) {
      const stack = (weight: number) =>
        smallStack({ "sluice:canaryWeight": weight, "sluice:migration": { to: "traefik", users } });
      const config = parseStackConfig(stack(10));
      for (const weight of [20, 5]) {
        const names = namesOf(patchesBetween(stack(10), stack(weight))) ?? [];
        assert.equal(names[0], `Ingress ${first}`);
        assert.deepEqual([...names].sort(), ["Ingress nginx-beside-canary", "Ingress nginx-canary"]);
      }
      assert.equal(namesOf(withdrawPatches(config, config.plan))?.[0], `Ingress ${first}`);
    }
  });

  it("leads everybody to stable's pods where a canary is to have none", () => {
    const [from, to] = [replicaRatioStack(), ratio(0)].map((raw) => parseStackConfig(raw));
    assert.ok(from && to);
    const patches = routePatches(from, from.plan, to.plan) ?? [];
    assert.deepEqual(patches, withdrawPatches(from, from.plan));
    assert.deepEqual(patches[0]?.patch, { spec: { selector: { app: "nginx", track: "stable" } } });
    assert.deepEqual(patched(from, patches), objectsOf(to));
    assert.equal(patchesBetween(ratio(0), ratio(1)), undefined);
  });

  const tls = [{ secretName: "c", hosts: ["www.test.com"] }];
  const noPods = { v1: { image: "nginx:1" }, v2: { image: "nginx:2", replicas: 0 } };
  const impossible: [string, RawConfig, RawConfig][] = [
    ["a canary comes", smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined }), smallStack()],
    ["a canary goes", smallStack(), smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined })],
    ["a host differs", smallStack(), smallStack({ "sluice:host": "other.test.com" })],
    ["a path differs", smallStack(), smallStack({ "sluice:path": "/shop" })],
    ["hosts are secured", smallStack(), smallStack({ "sluice:route": { tls } })],
    ["affinity begins", smallStack(), smallStack({ "sluice:affinity": { mode: "cookie" } })],
    ["the router differs", smallStack(), gatewayStack()],
    ["the strategy differs", smallStack(), blueGreenStack()],
    ["a canary has no pods", smallStack({ "sluice:canaryWeight": 0, "sluice:versions": noPods }), smallStack()],
    [
      "a version is not there",
      smallStack(),
      smallStack({ "sluice:canary": "v3", "sluice:versions": { v1: { image: "nginx:1" }, v3: { image: "nginx:3" } } }),
    ],
    [
      "the color has no pods",
      blueGreenStack({ "sluice:retireIdle": "scaleDown" }),
      blueGreenStack({ "sluice:retireIdle": "scaleDown", "sluice:activeColor": "green" }),
    ],
    ["a color has another version", blueGreenStack(), blueGreenStack({ "sluice:colors": { blue: "v1" } })],
    ["pods make the share", replicaRatioStack(), ratio(2)],
    ["a track goes", replicaRatioStack(), replicaRatioStack({ "sluice:canary": undefined })],
    ["Flagger moves the traffic", flaggerStack(), flaggerStack({}, { "sluice:stable": "v2" })],
  ];
  for (const [title, from, to] of impossible)
    it(`leaves it to Pulumi where ${title}`, () => assert.equal(patchesBetween(from, to), undefined));
});

describe("withdrawPatches", () => {
  for (const router of ["ingress", "gateway", "istio"] as const satisfies readonly RuleRouter[])
    it(`makes of whatever objects those of a canary that nobody is led to: ${router}`, () => {
      const pairs = canaryPlans({ router }).chain((plan) => fc.tuple(fc.constant(plan), otherTrials(plan)));
      fc.assert(
        fc.property(pairs, ([before, now]) => {
          const [from, to] = [now, { ...before, canary: idle(before) }].map(configOfPlan);
          assert.ok(from && to);
          assert.deepEqual(patched(from, withdrawPatches(from, to.plan)), objectsOf(to));
        }),
      );
    });

  it("takes back in the mesh whoever has the canary's cookie", () => {
    const plans = canaryPlans({ router: "istio" });
    fc.assert(
      fc.property(
        plans.chain((plan) => fc.tuple(fc.constant(plan), requestsFor(plan))),
        ([plan, request]) => {
          const config = configOfPlan(plan);
          const { workload, namespace } = config;
          const objects = [
            ...versions.map((version) => subsetRule({ workload, version, namespace })),
            ...patched(config, withdrawPatches(config, config.plan)).values(),
          ] as Manifest[];
          const stay = plan.affinity && { [plan.affinity.cookie]: plan.canary?.version ?? "" };
          const sent = { ...request, cookies: { ...request.cookies, ...stay } };
          assert.deepEqual(answerByIstio(objects, sent).shares, { [plan.stable]: 1 });
        },
      ),
    );
  });

  it("takes users off the canary first, and then makes sure of stable", () => {
    const { plan, ...config } = parseStackConfig(smallStack());
    assert.deepEqual(namesOf(withdrawPatches({ plan, ...config }, plan)), [
      "Ingress nginx-canary",
      "Service nginx-canary",
      "Service nginx",
    ]);
  });

  it("leads everybody to the color that the plan says is active", () => {
    const blue = parseStackConfig(blueGreenService());
    const green = parseStackConfig(blueGreenService({ "sluice:activeColor": "green" }));
    assert.deepEqual(patched(green, withdrawPatches(green, blue.plan)), objectsOf(blue));
  });

  it("leaves to Flagger what is Flagger's", () => {
    const config = parseStackConfig(flaggerStack());
    assert.deepEqual(withdrawPatches(config, config.plan), []);
  });
});

function ratio(replicas: number): RawConfig {
  return replicaRatioStack({
    "sluice:versions": { v1: { image: "nginx:1", replicas: 3 }, v2: { image: "nginx:2", replicas } },
  });
}

/** The trial of a plan with nobody on it. */
function idle({ canary }: CanaryPlan): CanaryTrial {
  return { version: canary?.version ?? "v2", weight: 0, weightTotal: canary?.weightTotal ?? 100 };
}

describe("applyMergePatch", () => {
  // Appendix A of RFC 7386.
  const cases: [unknown, unknown, unknown][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: "foo" }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [["a", "b"], { a: "b" }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases)
    it(`makes of ${JSON.stringify(target)} by ${JSON.stringify(patch)} ${JSON.stringify(result)}`, () =>
      assert.deepEqual(applyMergePatch(target, patch), result));
});
