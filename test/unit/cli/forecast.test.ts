import assert from "node:assert/strict";
import { askPresentTraffic, foretell } from "../../../cli/rollout/forecast";
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
  const stackWith = (rollout: object) =>
    parseStackConfig(
      smallStack({ "sluice:canaryWeight": undefined, "sluice:rollout": { stepWeight: 20, ...rollout } }),
    );
  const foretold = (rollout: object) => {
    const stack = stackWith(rollout);
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

  it("fails by a mistake of the program's own, which is no lack of traffic", async () => {
    // A session without a cluster is none.
    await assert.rejects(foretold({ prometheus: { service: { namespace: "a", name: "b" } } }), TypeError);
  });

  it("can't be told by a Prometheus that does not answer in time", async () => {
    reply = undefined;
    const stack = stackWith(compared());
    await assert.rejects(askPresentTraffic(stack, layOut(stack, "v2"), choice, 30), {
      name: "PrometheusError",
      message: /can't be asked: no answer within 0\.03 s/,
    });
  });
});
