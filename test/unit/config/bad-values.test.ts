import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { ConfigError, describeProblem } from "../../../config/problems";
import {
  asTexts,
  blueGreenStack,
  canaryPlanOf,
  onlyProblemOf,
  problemsOf,
  smallStack,
  type RawConfig,
} from "../support/stacks";

/** What is wrong, the changed keys, the key that is named, and what its message must say. */
type BadCase = readonly [title: string, changes: RawConfig, key: string, allowed: RegExp];

const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } };
/** What a weight is told that fits no total at all; one above its own total is told that total (weights.test.ts). */
const wholeNumber = /must be a whole number from 0 to 100 \(percent of requests\), or to sluice:weightTotal/;

function withVersion(changes: RawConfig): RawConfig {
  return { "sluice:versions": { ...versions, v2: { ...versions.v2, ...changes } } };
}

const cases: BadCase[] = [
  [
    "a weight above 100",
    { "sluice:canaryWeight": 101 },
    "canaryWeight",
    /must be a whole number from 0 to 100 \(percent/,
  ],
  ["a weight below 0", { "sluice:canaryWeight": -1 }, "canaryWeight", wholeNumber],
  ["a weight that is not whole", { "sluice:canaryWeight": 10.5 }, "canaryWeight", wholeNumber],
  ["a weight that is no number", { "sluice:canaryWeight": "abc" }, "canaryWeight", wholeNumber],
  ["a text that YAML reads as a number", { "sluice:stable": 1.1 }, "stable", /must be a text: quote it$/],
  ["an empty weight", { "sluice:canaryWeight": "" }, "canaryWeight", wholeNumber],
  ["an unknown key, with the nearest", { "sluice:canaryWeigth": 10 }, "canaryWeigth", /did you mean canaryWeight\?/],
  [
    "an unknown key far from all",
    { "sluice:zzzzzzzz": 1 },
    "zzzzzzzz",
    /not a known key: allowed are environment, strategy, router, host, path/,
  ],
  ["an unknown key of a version", withVersion({ imag: "x" }), "versions.v2.imag", /did you mean image\?/],
  [
    "an unknown key of a version's probes",
    withVersion({ probes: { pth: "/" } }),
    "versions.v2.probes.pth",
    /did you mean path\?/,
  ],
  ["a stable that is no version", { "sluice:stable": "v9" }, "stable", /one of the versions: v1, v2/],
  ["a canary that is no version", { "sluice:canary": "v9" }, "canary", /one of the versions: v1, v2/],
  ["a canary that is stable", { "sluice:canary": "v1" }, "canary", /another version than stable/],
  ["a host with a scheme", { "sluice:host": "http://www.test.com" }, "host", /DNS name/],
  ["a host in upper case", { "sluice:host": "WWW.test.com" }, "host", /DNS name in lower case/],
  ["a host with an underscore", { "sluice:host": "www_1.test.com" }, "host", /DNS name/],
  ["a host that is an IP address", { "sluice:host": "192.168.10.240" }, "host", /no IP address/],
  ["a path without a slash", { "sluice:path": "shop" }, "path", /starts with \//],
  [
    "an unknown pathType",
    { "sluice:route": { pathType: "Regex" } },
    "route.pathType",
    /Exact, Prefix or ImplementationSpecific/,
  ],
  ["an unknown router", { "sluice:router": "nginx" }, "router", /must be ingress, gateway, istio or service/],
  ["an unknown strategy", { "sluice:strategy": "shadow" }, "strategy", /must be canary, blueGreen or replicaRatio/],
  ["a namespace in upper case", { "sluice:namespace": "Demo" }, "namespace", /lower-case letters/],
  [
    "a version without an image",
    { "sluice:versions": { ...versions, v2: { replicas: 1 } } },
    "versions.v2.image",
    /must be a container image/,
  ],
  ["an image with a space", withVersion({ image: "nginx: 2" }), "versions.v2.image", /must be a container image/],
  [
    "replicas beside autoscaling",
    withVersion({ replicas: 2, autoscaling: { minReplicas: 1, maxReplicas: 2 } }),
    "versions.v2.replicas",
    /no meaning beside autoscaling/,
  ],
  [
    "fewer pods at most than at least",
    withVersion({ autoscaling: { minReplicas: 3, maxReplicas: 2 } }),
    "versions.v2.autoscaling.maxReplicas",
    /at least minReplicas/,
  ],
  ["a relative file", withVersion({ files: { "etc/a": "" } }), "versions.v2.files.etc/a", /must be an absolute path/],
  [
    "a typo inside a probe",
    withVersion({ probes: { readiness: { httpGet: { path: "/", port: 80 }, periodSecond: 1 } } }),
    "versions.v2.probes.readiness.periodSecond",
    /not a field of Probe in Kubernetes 1\.\d+: did you mean periodSeconds\?/,
  ],
  [
    "a probe without what its schema requires",
    withVersion({ probes: { readiness: { httpGet: { path: "/" } } } }),
    "versions.v2.probes.readiness.httpGet.port",
    /must be set, as HTTPGetAction requires it/,
  ],
  [
    "a probe's number with a unit",
    withVersion({ probes: { startup: { tcpSocket: { port: 80 }, timeoutSeconds: "5s" } } }),
    "versions.v2.probes.startup.timeoutSeconds",
    /must be a whole number/,
  ],
  [
    "a probe that asks nothing",
    withVersion({ probes: { liveness: {} } }),
    "versions.v2.probes.liveness",
    /must have one of exec, grpc, httpGet, tcpSocket: leave the probe out for none/,
  ],
  [
    "a typo inside resources",
    withVersion({ resources: { request: { cpu: "10m" } } }),
    "versions.v2.resources.request",
    /not a field of ResourceRequirements in Kubernetes 1\.\d+: did you mean requests\?/,
  ],
  [
    "a Deployment that can't roll",
    withVersion({ maxSurge: 0 }),
    "versions.v2.maxSurge",
    /must be at least 1 unless maxUnavailable is/,
  ],
  [
    "a variable of a name that a schema would leave out in silence",
    withVersion({ env: Object.fromEntries([["__proto__", "x"]]) }),
    "versions.v2.env.__proto__",
    /must have another name/,
  ],
  ["root as user", withVersion({ runAsUser: 0 }), "versions.v2.runAsUser", /whole number from 1/],
  ["an answer that does not compile", withVersion({ answer: "(" }), "versions.v2.answer", /compiles/],
  [
    "no pod behind stable",
    { "sluice:versions": { ...versions, v1: { image: "nginx:1", replicas: 0 } } },
    "versions.v1.replicas",
    /must be at least 1: .*503/,
  ],
  ["no pod behind a canary that gets requests", withVersion({ replicas: 0 }), "versions.v2.replicas", /in silence/],
  [
    "no controller behind Ingresses, telling what the choices are and which of them is retired",
    { "sluice:ingressController": undefined },
    "ingressController.kind",
    /must be set under router ingress: traefik, existing .*, or ingress-nginx, which is retired: .* since March 2026$/,
  ],
  [
    "no controller under Gateway API",
    { "sluice:router": "gateway", "sluice:ingressController": undefined },
    "ingressController.kind",
    /must be set under router gateway: traefik, or existing .*; or name a Gateway .* in sluice:gateway$/,
  ],
  [
    "an unknown kind of controller",
    { "sluice:ingressController": { kind: "nginx" } },
    "ingressController.kind",
    /must be ingress-nginx, traefik or existing/,
  ],
  [
    "a controller without a kind",
    { "sluice:ingressController": {} },
    "ingressController.kind",
    /ingress-nginx, traefik/,
  ],
  [
    "a key of another kind of controller",
    { "sluice:ingressController": { kind: "traefik", allowSnippets: true } },
    "ingressController.allowSnippets",
    /belongs to another kind/,
  ],
  ["MetalLB without addresses", { "sluice:metallb": {} }, "metallb.addresses", /list of address ranges/],
];

describe("parseStackConfig refuses", () => {
  for (const [title, changes, key, allowed] of cases)
    it(title, () => {
      const problem = onlyProblemOf(smallStack(changes));
      assert.equal(problem.key, key);
      assert.match(problem.allowed, allowed);
    });

  it("the same values where they come as Pulumi's texts", () => {
    for (const [title, changes, key] of cases)
      assert.deepEqual(
        problemsOf(asTexts(smallStack(changes))).map((problem) => problem.key),
        [key],
        title,
      );
  });

  it("a missing key, saying so", () => {
    for (const key of ["host", "stable", "versions"])
      assert.throws(() => parseStackConfig(smallStack({ [`sluice:${key}`]: undefined })), {
        name: "ConfigError",
        message: new RegExp(`^sluice:${key}.* is missing: it must `),
      });
  });

  it("weight and rules without a canary, each by its key", () => {
    const rules = {
      "sluice:canary": undefined,
      "sluice:headerMatch": { name: "Region" },
      "sluice:cookieMatch": "trial",
    };
    const problems = problemsOf(smallStack(rules));
    assert.deepEqual(problems.map(({ key }) => key).sort(), ["canaryWeight", "cookieMatch", "headerMatch"]);
    assert.ok(problems.every(({ allowed }) => allowed.includes("no meaning without sluice:canary")));
  });

  it("an empty set of versions", () => {
    assert.ok(problemsOf(smallStack({ "sluice:versions": {} })).some(({ key }) => key === "versions"));
  });

  it("several bad values at once, naming all of them", () => {
    const changes = { "sluice:canaryWeight": -1, "sluice:host": "-", "sluice:canaryWeigth": 3, "sluice:path": "x" };
    const keys = problemsOf(smallStack(changes)).map(({ key }) => key);
    assert.deepEqual(keys.sort(), ["canaryWeight", "canaryWeigth", "host", "path"]);
  });

  it("several contradictions at once, naming all of them", () => {
    const changes = {
      "sluice:canaryWeight": 101,
      "sluice:canary": "v9",
      "sluice:cookieMatch": "INGRESSCOOKIE",
      "sluice:affinity": {},
    };
    const keys = problemsOf(smallStack({ ...changes, "sluice:route": { more: [{}] } })).map(({ key }) => key);
    assert.deepEqual(keys.sort(), ["canary", "canaryWeight", "cookieMatch", "route.more.0"]);
  });

  it("several keys without a meaning at once, naming all of them", () => {
    const changes = { "sluice:canaryWeight": 10, "sluice:stable": "v1", "sluice:service": { nodePort: 30080 } };
    const keys = problemsOf(blueGreenStack(changes)).map(({ key }) => key);
    assert.deepEqual(keys.sort(), ["canaryWeight", "service.nodePort", "stable"]);
  });

  it("a value with key, value and what is allowed in one sentence", () => {
    assert.throws(() => parseStackConfig(smallStack({ "sluice:canaryWeight": 101 })), {
      message: "sluice:canaryWeight is 101: it must be a whole number from 0 to 100 (percent of requests)",
    });
  });
});

describe("parseStackConfig accepts", () => {
  it("a canary without pods that nobody can reach", () => {
    const config = smallStack({ ...withVersion({ replicas: 0 }), "sluice:canaryWeight": 0 });
    assert.equal(parseStackConfig(config).versions["v2"]?.replicas, 0);
  });

  it("a weight of 0 without a canary", () => {
    const config = smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": 0 });
    assert.equal("canary" in canaryPlanOf(config), false);
  });
});

describe("a message", () => {
  it("is as long as somebody reads, however much is wrong", () => {
    const versions = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`v${index}`, { imag: "x" }]));
    assert.throws(
      () => parseStackConfig(smallStack({ "sluice:versions": versions })),
      /^(.*\n){20}… and \d+ more like/,
    );
  });

  it("shows no encrypted value, no more of a key than fits, and nothing that a terminal would act on", () => {
    const { message } = new ConfigError([
      { key: "a", value: { b: { secure: "v1:abc", more: 1 } }, allowed: "must be a text" },
      { key: `c.${"x".repeat(1000)}`, value: "\u001b[2J", allowed: "must\nbe a text" },
    ]);
    const [first, second] = message.split("\n");
    assert.equal(first, 'sluice:a is {"b":"[secret]"}: it must be a text');
    assert.match(second ?? "", /^sluice:c\.x{118}… is "\\u001b\[2J": it must\\u000abe a text$/);
  });

  it("has no more of a value than fits into it", () => {
    const [problem] = problemsOf(smallStack({ "sluice:path": `/${"x".repeat(150_000)} ` }));
    assert.ok(problem);
    assert.match(describeProblem(problem), /^sluice:path is "\/x+… \(150004 characters\): it must be a path/);
    assert.ok(describeProblem(problem).length < 500);
  });
});
