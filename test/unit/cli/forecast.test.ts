import assert from "node:assert/strict";
import { foretell } from "../../../cli/rollout/forecast";
import type { Session } from "../../../cli/session";
import { parseStackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import { FakePrometheus, failure, vector, type Reply } from "../rollout/analysis/fake-prometheus";
import { smallStack } from "../support/stacks";

describe("what a rollout says before it begins", () => {
  let reply: Reply;
  let prometheus: FakePrometheus;

  before(async () => {
    prometheus = await new FakePrometheus(() => reply).start();
  });

  after(() => prometheus.stop());

  const choice = {} as Session["choice"];
  const foretold = (rollout: object) => {
    const stack = parseStackConfig(
      smallStack({ "sluice:canaryWeight": undefined, "sluice:rollout": { stepWeight: 20, ...rollout } }),
    );
    return foretell(stack, layOut(stack, "v2"), choice);
  };
  const compared = () => ({
    prometheus: { url: prometheus.url },
    metrics: [{ name: "request-success-rate", compare: {} }],
  });

  it("is nothing where nobody counts the traffic", async () => {
    const probed = [{ name: "request-success-rate", source: "probe", thresholdRange: { min: 99 } }];
    assert.deepEqual(await foretold({ metrics: probed }), []);
  });

  it("is its duration, and what each fault costs at the present traffic", async () => {
    reply = vector([{}, "3000"]);
    const [first = "", good = "", ...faults] = await foretold(compared());
    assert.match(first, /^At 10 requests\/s, /);
    assert.match(good, /a good canary is promoted after \d/);
    assert.deepEqual(
      faults.map((line) => /fails (\d+%)/.exec(line)?.[1]).filter((fault) => fault !== undefined),
      ["1%", "5%", "20%", "100%"],
    );
  });

  it("is why there is no forecast, and no obstacle, where Prometheus can't say", async () => {
    reply = failure(503, "unavailable", "starting");
    const [line = "", ...others] = await foretold(compared());
    assert.deepEqual(others, []);
    assert.match(line, /^No forecast: .*starting/);
  });
});
