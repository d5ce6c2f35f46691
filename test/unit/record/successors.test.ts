import assert from "node:assert/strict";
import { demandPods } from "../../../record/successors";
import { evaluateProgram } from "../../../render/evaluate";
import { blueGreenStack } from "../support/stacks";

const successor = { namespace: "demo", serving: "nginx-v1", target: "nginx-v2", minReplicas: 2, maxReplicas: 8 };
const live = (name: string, replicas: number, readyReplicas = replicas) => ({
  metadata: { name },
  spec: { replicas },
  status: { readyReplicas },
});

describe("a switch by Pulumi alone to a color whose pods an autoscaler counts", () => {
  const demand = (...deployments: object[]) => demandPods([successor], deployments, "prod");

  it("is refused while fewer pods are ready than serve now, with the command that brings them up", () => {
    const lack = /nginx-v2 has 2 pods and needs 5, .*: switch with sluice up --stack prod, which starts them first/;
    assert.throws(() => demand(live("nginx-v1", 5), live("nginx-v2", 2)), lack);
    assert.throws(() => demand(live("nginx-v1", 5), live("nginx-v2", 5, 2)), lack);
    assert.throws(() => demand(live("nginx-v1", 50), live("nginx-v2", 2)), /needs 8/);
  });

  it("goes on if there are enough, or none, which the program brings back itself", () => {
    demand(live("nginx-v1", 5), live("nginx-v2", 5));
    demand(live("nginx-v1", 1), live("nginx-v2", 2));
    demand(live("nginx-v1", 5), live("nginx-v2", 0));
    demand(live("nginx-v1", 5));
  });

  it("is what the program asks about, and nothing else", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 8 };
    const versions = { v1: { image: "nginx:1", autoscaling }, v2: { image: "nginx:2", autoscaling } };
    const stack = (activeColor: string) =>
      blueGreenStack({ "sluice:versions": versions, "sluice:activeColor": activeColor });
    const outputs = (await evaluateProgram({ stack: "test", config: stack("blue") })).outputs;
    const asked = async (activeColor: string) => {
      const seen: string[] = [];
      await evaluateProgram({
        stack: "test",
        config: stack(activeColor),
        lastOutputs: outputs,
        demandPods: (successors) => {
          seen.push(...successors.map(({ target }) => target));
          return Promise.resolve();
        },
      });
      return seen;
    };
    assert.deepEqual([await asked("blue"), await asked("green")], [[], ["nginx-v2"]]);
  });
});
