import assert from "node:assert/strict";
import type { CanaryTrial } from "../../../traffic/plan";
import { samplesOf } from "../../../traffic/samples";
import { blueGreenPlan, planWith, planWithoutCanary, replicaRatioPlan, wholeHost } from "../support/plans";

/** Each sample's rule, and who serves it. */
function rulesOf(plan: Parameters<typeof samplesOf>[0]) {
  return samplesOf(plan).map(({ rule, shares }) => [rule, shares] as const);
}

const place = { host: "www.test.com", path: "/" };

describe("samplesOf a canary's plan", () => {
  it("shows the plain request first, and is marked so", () => {
    const samples = samplesOf(planWith({ weight: 10, header: { name: "Region" }, cookie: "trial" }));
    assert.deepEqual(samples[0], {
      rule: "no rule",
      request: place,
      shares: { v1: 0.9, v2: 0.1 },
      isPlain: true,
    });
    assert.deepEqual(
      samples.map(({ isPlain }) => isPlain),
      [true, false, false, false, false],
    );
  });

  const cases: [string, Partial<CanaryTrial>, [string, Record<string, number>][]][] = [
    ["a header's value", { header: { name: "Region", value: "a" } }, [["header Region = a", { v2: 1 }]]],
    ["a header's pattern", { header: { name: "Region", pattern: "^a+$" } }, [["header Region ~ ^a+$", { v2: 1 }]]],
    [
      "always and never of a header",
      { header: { name: "Region" } },
      [
        ["header Region = always", { v2: 1 }],
        ["header Region = never", { v1: 1 }],
      ],
    ],
    [
      "always and never of a cookie",
      { cookie: "trial" },
      [
        ["cookie trial = always", { v2: 1 }],
        ["cookie trial = never", { v1: 1 }],
      ],
    ],
  ];
  for (const [title, trial, rules] of cases)
    it(`shows ${title}`, () => assert.deepEqual(rulesOf(planWith({ weight: 50, ...trial })).slice(1), rules));

  it("shows that users with the canary's cookie are back, once nobody is sent to it", () => {
    const keys = { v1: "v1", v2: "v2" };
    for (const [router, value] of [
      ["ingress", "0|v2"],
      ["istio", "v2"],
    ] as const) {
      const affinity = { cookie: "Stay", behavior: "sticky", keys } as const;
      const [, sample, ...more] = samplesOf(planWith({ weight: 0 }, { router, affinity }));
      assert.deepEqual(
        [sample?.rule, sample?.request.cookies, sample?.shares, more],
        ["cookie Stay of v2", { Stay: value }, { v1: 1 }, []],
      );
      assert.equal(samplesOf(planWith({ weight: 1 }, { router, affinity })).length, 1);
    }
  });

  const patterns = [
    "shenzhen",
    "^(shen|guang)zhen$",
    "[b-d]{3}",
    "\\d+-\\w",
    "(?i)shenzhen",
    ".",
    "a|",
    "(?=b)b",
    "^[^a]",
  ];
  for (const pattern of patterns)
    it(`sends a header that ${pattern} matches, and that a request can carry`, () => {
      const [, sample] = samplesOf(planWith({ header: { name: "Region", pattern } }));
      assert.match(sample?.request.headers?.["Region"] ?? "", /^[\x21-\x7e]+$/);
      assert.deepEqual(sample?.shares, { v2: 1 });
    });

  it("always shows a pattern by the same request", () => {
    const plan = planWith({ header: { name: "Region", pattern: "[a-z]{1,9}" } });
    assert.deepEqual(samplesOf(plan), samplesOf(plan));
  });

  for (const pattern of ["(", "^$", "a^b", "\\s"])
    it(`leaves out ${pattern}, which no header shows`, () =>
      assert.equal(samplesOf(planWith({ header: { name: "Region", pattern } })).length, 1));

  it("shows the plain request alone where there is no canary", () => {
    assert.deepEqual(rulesOf(planWithoutCanary()), [["no rule", { v1: 1 }]]);
  });

  it("asks below the first route, by a name that its wildcard stands for", () => {
    const routes = [{ ...wholeHost, host: "*.test.com", path: "/shop" }, wholeHost];
    const [plain] = samplesOf(planWith({ weight: 10 }, { routes }));
    assert.deepEqual(plain?.request, { host: "any.test.com", path: "/shop" });
    assert.deepEqual(plain?.shares, { v1: 0.9, v2: 0.1 });
  });
});

describe("samplesOf a blue-green plan", () => {
  it("shows users, and the idle color by its preview's host", () => {
    const plan = blueGreenPlan({ preview: { ...wholeHost, host: "preview.test.com" } });
    assert.deepEqual(rulesOf(plan), [
      ["no rule", { v1: 1 }],
      ["preview of green", { v2: 1 }],
    ]);
    assert.deepEqual(samplesOf(plan)[1]?.request, { host: "preview.test.com", path: "/" });
  });

  it("shows the idle color by its preview's port", () => {
    const plan = blueGreenPlan({ router: "service", routes: [], nodePort: 30080, previewNodePort: 30081 });
    assert.deepEqual(
      samplesOf(plan).map(({ nodePort, shares }) => [nodePort, shares]),
      [
        [undefined, { v1: 1 }],
        [30081, { v2: 1 }],
      ],
    );
  });

  it("shows no preview of a color that is not there to be tried", () => {
    const preview = { ...wholeHost, host: "preview.test.com" };
    for (const plan of [
      blueGreenPlan({ preview, retireIdle: "scaleDown" }),
      blueGreenPlan({ preview, retireIdle: "remove" }),
      blueGreenPlan({ preview, colors: { blue: "v1" } }),
      blueGreenPlan(),
    ])
      assert.deepEqual(rulesOf(plan), [["no rule", { v1: 1 }]]);
  });
});

describe("samplesOf a plan by replicas", () => {
  it("shows the plain request alone: a Service knows no rules", () => {
    assert.deepEqual(rulesOf(replicaRatioPlan()), [["no rule", { v1: 0.75, v2: 0.25 }]]);
  });
});
