import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Suites that run after one another, or several at once, where all before them have ended. */
export interface Stage {
  readonly suites: readonly string[];
  /** How many at once; 1 where each has the whole lab. */
  readonly atOnce: number;
}

/** A lab, and the suites of `test/e2e/` that have it, stage by stage. */
export interface Lane {
  readonly lab: { readonly name: string; readonly port: number };
  /** True where MetalLB and the controller come up once, for all of them. */
  readonly hasPlatform: boolean;
  /** What only `npm run test:all` has time for. It comes first. */
  readonly slow: readonly string[];
  readonly stages: readonly Stage[];
}

/** The longest first, as nothing is left to run beside the last ones. */
const lanes: readonly Lane[] = [
  {
    lab: { name: "sluice-test", port: 16446 },
    hasPlatform: false,
    slow: [
      "migrate",
      "workloads",
      "flagger",
      "routers",
      "model-traefik",
      "gateway-conformance",
      "lab-istio",
      "mesh",
      "application-gateway",
      "tutorial",
      "rollout-gateway",
    ],
    stages: [
      {
        suites: ["dev-stack", "examples-service", "namespaces", "refusals", "istio-objects", "lab-names", "teardown"],
        atOnce: 1,
      },
    ],
  },
  {
    lab: { name: "sluice-test-shared", port: 16447 },
    hasPlatform: true,
    slow: ["rollout-kinds", "way-back-cluster", "application-lives", "adopt"],
    stages: [
      {
        suites: [
          "rollout-survives",
          "way-back",
          "examples-ingress",
          "rollout",
          "application",
          "policies",
          "shift",
          "policies-fire",
          "by-hand",
        ],
        atOnce: 2,
      },
      { suites: ["model"], atOnce: 1 },
    ],
  },
];

/** No lab: a browser, and Sluice's own server; and stack files. */
const withoutLab = ["dashboard", "dashboard-attacks", "examples"];

/**
 * What is to run on which lab.
 *
 * @throws Error where a file of `test/e2e/` is in no lane, or a suite has no file.
 */
export function lanesFor(all: boolean): { readonly lanes: readonly Lane[]; readonly withoutLab: readonly string[] } {
  const inLanes = lanes.flatMap(({ slow, stages }) => [...slow, ...stages.flatMap(({ suites }) => suites)]);
  const listed = [...inLanes, ...withoutLab];
  const files = readdirSync(join(__dirname, "e2e")).filter((name) => name.endsWith(".test.ts"));
  const odd = [
    ...files.map((name) => name.replace(/\.test\.ts$/, "")).filter((name) => !listed.includes(name)),
    ...listed.filter((name) => !files.includes(`${name}.test.ts`)),
  ];
  if (odd.length > 0) throw new Error(`test/suites.ts and the files of test/e2e differ: ${odd.join(", ")}`);
  const slowFirst = (lane: Lane): Lane => ({ ...lane, stages: [{ suites: lane.slow, atOnce: 1 }, ...lane.stages] });
  return { lanes: all ? lanes.map(slowFirst) : lanes, withoutLab };
}
