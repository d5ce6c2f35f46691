import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import {
  onlyProblemOf,
  problemsOf,
  refuseEach,
  replicaRatioStack,
  smallStack,
  workloadsStack,
  type RawConfig,
} from "../support/stacks";

const two = { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } };
const calling = (place: RawConfig) => ({ v1: { ...two.v1, ...place }, v2: { ...two.v2, ...place } });
const workloads = (all: RawConfig) => ({ "sluice:workloads": all });
const api = { env: { API: "http://{{ service.api }}" } };
const withoutMesh = (changes: RawConfig) =>
  workloadsStack({
    "sluice:router": undefined,
    ...workloads({ web: { versions: calling(api), calls: ["api"] }, api: { versions: two } }),
    ...changes,
  });

describe("several workloads", () => {
  it("have the one that no other calls as the one that users reach", () => {
    for (const config of [workloadsStack(), withoutMesh({})]) {
      const { workload, companions, plan } = parseStackConfig(config);
      assert.deepEqual([workload, Object.keys(companions)], ["web", ["api"]]);
      assert.deepEqual(plan.strategy === "canary" && plan.companions, ["api"]);
    }
  });
});

describe("several workloads are refused", () => {
  const web = { versions: two, calls: ["api"] };
  refuseEach(workloadsStack, [
    [
      "where one alone is meant",
      workloads({ web: { versions: two } }),
      "workloads",
      { web: { versions: two } },
      /must have at least two workloads: one alone is sluice:workload/,
    ],
    ["beside a workload", { "sluice:workload": "nginx" }, "workload", "nginx", /no meaning beside sluice:workloads/],
    [
      "beside versions",
      { "sluice:versions": two },
      "versions",
      two,
      /no meaning beside sluice:workloads, which names all/,
    ],
    [
      "where one calls a stranger",
      workloads({ web: { versions: two, calls: ["db"] }, api: { versions: two } }),
      "workloads.web.calls",
      "db",
      /must be one of the other workloads: api/,
    ],
    [
      "where one calls itself",
      workloads({ web: { versions: two, calls: ["web"] }, api: { versions: two } }),
      "workloads.web.calls",
      "web",
      /must be one of the other workloads: api/,
    ],
    [
      "where users would reach two",
      workloads({ web: { versions: two }, api: { versions: two } }),
      "workloads",
      ["web", "api"],
      /exactly one workload that no other calls, which users reach: name in calls what it calls/,
    ],
    [
      "where users would reach none",
      workloads({ web: { versions: two, calls: ["api"] }, api: { versions: two, calls: ["web"] } }),
      "workloads",
      [],
      /exactly one workload that no other calls, which users reach: here each is called/,
    ],
    [
      "where calls go in a circle",
      workloads({
        web,
        api: { versions: two, calls: ["db"] },
        db: { versions: two, calls: ["api"] },
      }),
      "workloads.api.calls",
      "api → db → api",
      /must not lead back to itself/,
    ],
    [
      "where calls go in a circle that nobody reaches",
      workloads({
        web: { versions: two },
        api: { versions: two, calls: ["db"] },
        db: { versions: two, calls: ["api"] },
      }),
      "workloads",
      ["api", "db"],
      /must not call each other in a circle that web does not reach/,
    ],
    [
      "where one lacks a version",
      workloads({ web, api: { versions: { v1: two.v1 } } }),
      "workloads.api.versions",
      "v1",
      /must have the versions of web, which users reach: v1, v2/,
    ],
    [
      "where a file asks for a Service that is not called",
      workloads({ web, api: { versions: { v1: two.v1, v2: { ...two.v2, ...api } } } }),
      "workloads.api.versions.v2",
      "{{ service.api }}",
      /must name a workload that this one calls$/,
    ],
    [
      "where what is called has no pods",
      workloads({ web, api: { versions: { ...two, v2: { ...two.v2, replicas: 0 } } } }),
      "workloads.api.versions.v2.replicas",
      0,
      /must be at least 1: v2 of web calls it/,
    ],
    [
      "where two come to one Service's name",
      workloads({ web: { versions: two, calls: ["web-v1"] }, "web-v1": { versions: two } }),
      "workloads",
      "web-v1",
      /must be names that make no Service's name twice/,
    ],
    [
      "with a weight and nothing that keeps users with a version",
      { "sluice:canaryWeight": 10 },
      "canaryWeight",
      10,
      /must be 0 or 100 for several workloads without stickiness: .*; set sluice:affinity.mode to cookie, or choose the users by/,
    ],
  ]);

  it("with a rollout", () => {
    const { key, allowed } = onlyProblemOf(workloadsStack({ "sluice:rollout": { stepWeight: 20 } }));
    assert.equal(key, "rollout");
    assert.match(allowed, /no meaning beside sluice:workloads yet: sluice shift moves several workloads together/);
  });

  it("without a mesh, where nothing leads a version to its own", () => {
    const problems = problemsOf(withoutMesh(workloads({ web, api: { versions: two } })));
    assert.deepEqual(
      problems.map(({ key, value }) => [key, value]),
      [
        ["workloads.web.versions.v1", "v1"],
        ["workloads.web.versions.v2", "v2"],
      ],
    );
    for (const { allowed } of problems)
      assert.match(allowed, /must have \{\{ service\.api \}\} in its env or files.* makes v\d of web call v\d of api$/);
  });

  it("under Gateway API, with the weight that it can't keep users by", () => {
    const gateway = { "sluice:router": "gateway", "sluice:ingressController": { kind: "existing", className: "any" } };
    const { key, value, allowed } = onlyProblemOf(withoutMesh({ ...gateway, "sluice:canaryWeight": 10 }));
    assert.deepEqual([key, value], ["canaryWeight", 10]);
    assert.match(allowed, /; choose the users by .*, as Gateway API has no sticky sessions$/);
  });

  refuseEach(
    (changes) => replicaRatioStack({ "sluice:workload": undefined, "sluice:versions": undefined, ...changes }),
    [
      [
        "behind a Service",
        workloads({ web: { versions: two, calls: ["api"] }, api: { versions: two } }),
        "workloads",
        { web: { versions: two, calls: ["api"] }, api: { versions: two } },
        /under strategy replicaRatio \(a Service leads to one workload\): remove it/,
      ],
    ],
  );

  refuseEach(smallStack, [
    [
      "a place for a Service in a single workload",
      { "sluice:versions": { ...two, v2: { ...two.v2, ...api } } },
      "versions.v2",
      "{{ service.api }}",
      /must name a workload that this one calls$/,
    ],
  ]);
});
