import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { describeRenamed, newName, renamedKeys } from "../../../config/renamed";
import { stackSchema } from "../../../config/schema";
import { trafficValues } from "../../../record/traffic-values";
import { keysOfSchema } from "../../../config/parse";
import {
  asTexts,
  blueGreenService,
  blueGreenStack,
  gatewayStack,
  onlyProblemOf,
  smallStack,
  type RawConfig,
} from "../support/stacks";

/** For each old key a stack in which it means something, a value that it takes, and one that it does not take. */
const cases: Readonly<Record<string, { stack: (changes: RawConfig) => RawConfig; good: unknown; bad: unknown }>> = {
  pathType: { stack: smallStack, good: "Exact", bad: "Regex" },
  routes: { stack: smallStack, good: [{ host: "api.test.com" }], bad: [{ host: "-" }] },
  tls: {
    stack: smallStack,
    good: [{ secretName: "a", hosts: ["www.test.com"] }],
    bad: [{ secretName: "a", hosts: [] }],
  },
  ingressAnnotations: { stack: smallStack, good: { "example.org/a": "b" }, bad: { "example.org/a": 1 } },
  timeouts: { stack: gatewayStack, good: { request: "10s" }, bad: { request: "10" } },
  retries: { stack: gatewayStack, good: { attempts: 2 }, bad: { attempts: 0 } },
  previewHost: { stack: blueGreenStack, good: "next.test.com", bad: "www.test.com" },
  affinity: { stack: smallStack, good: "cookie", bad: "ip" },
  affinityBehavior: { stack: smallStack, good: "legacy", bad: "loose" },
  affinityCookie: { stack: smallStack, good: "Stay", bad: "my cookie" },
  nodePort: { stack: blueGreenService, good: 30090, bad: 80 },
  previewNodePort: { stack: blueGreenService, good: 30091, bad: 30080 },
  nodeAddress: { stack: blueGreenService, good: "10.0.0.7", bad: "node-1" },
};

describe("a key of the release before", () => {
  it("has a case here", () =>
    assert.deepEqual(
      renamedKeys.map(({ from }) => from),
      Object.keys(cases),
    ));

  for (const { from, to } of renamedKeys) {
    const { stack, good, bad } = cases[from] ?? assert.fail();
    const [group = "", child = ""] = to.split(".");
    const old = (value: unknown) => {
      const base = stack({});
      const { [child]: _, ...others } = (base[`sluice:${group}`] ?? {}) as RawConfig;
      const rest = { ...base, [`sluice:${group}`]: Object.keys(others).length > 0 ? others : undefined };
      return Object.fromEntries(
        Object.entries({ ...rest, [`sluice:${from}`]: value }).filter(([, one]) => one !== undefined),
      );
    };
    const current = (value: unknown) => {
      const base = stack({});
      return { ...base, [`sluice:${group}`]: { ...(base[`sluice:${group}`] as object | undefined), [child]: value } };
    };

    it(`${from} means what ${to} does, and a warning names both`, () => {
      for (const config of [old(good), asTexts(old(good))]) {
        const { renamed, ...parsed } = parseStackConfig(config);
        const { renamed: none, ...wanted } = parseStackConfig(current(good));
        assert.deepEqual([parsed, none], [wanted, []]);
        assert.deepEqual(renamed, [{ from, to }]);
        assert.deepEqual(trafficValues(config), trafficValues(current(good)));
      }
      assert.match(
        describeRenamed({ from, to }),
        new RegExp(`sluice:${from} is now sluice:${to}, .*sluice config migrate`),
      );
    });

    it(`${from} is what a message about its value names`, () => {
      const [problem, wanted] = [onlyProblemOf(old(bad)), onlyProblemOf(current(bad))];
      assert.deepEqual({ ...problem, key: "" }, { ...wanted, key: "" });
      assert.ok(problem.key === from || problem.key.startsWith(`${from}.`), problem.key);
      assert.ok(wanted.key === to || wanted.key.startsWith(`${to}.`), wanted.key);
    });

    it(`${to} is a key, and ${from} none`, () => {
      assert.ok(keysOfSchema(stackSchema, [group]).includes(child));
      if (from !== group) assert.ok(!keysOfSchema(stackSchema, []).includes(from));
    });

    // A text and a map can't both be under one name.
    if (from !== group)
      it(`${from} beside ${to} is refused, naming both`, () => {
        const problem = onlyProblemOf({ ...current(good), [`sluice:${from}`]: good });
        assert.deepEqual([problem.key, problem.value], [from, good]);
        assert.match(problem.allowed, new RegExp(`must not stand beside sluice:${to.replace(".", "\\.")}`));
        assert.equal(newName(from), to);
      });
  }

  it("may stand beside new ones of its group", () => {
    const { plan } = parseStackConfig(smallStack({ "sluice:affinity": "cookie", "sluice:affinityCookie": "Stay" }));
    const mixed = smallStack({ "sluice:affinity": { mode: "cookie" }, "sluice:affinityCookie": "Stay" });
    assert.deepEqual(parseStackConfig(mixed).plan, plan);
  });

  it("leaves what is wrong with its group to the group's message", () => {
    const { key } = onlyProblemOf(smallStack({ "sluice:route": "x", "sluice:pathType": "Exact" }));
    assert.equal(key, "route");
  });
});
