import { setFlagsFromString } from "node:v8";
import { setTimeout as sleep } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { drive } from "../../rollout/driver";
import { begin } from "../../rollout/machine";
import type { RolloutPorts } from "../../rollout/ports";
import type { RolloutSpec } from "../../rollout/spec";
import type { Figure } from "../report";
import { tell } from "../sluice";

const manySteps = 1000;
const manyStacks = 100;
const updateMilliseconds = 1000;

/** What the driver costs by itself: memory over many steps, and many stacks at once, against a simulated engine. */
export async function measureSimulated(): Promise<Figure[]> {
  return [await measureMemory(), ...(await measureCrowd())];
}

async function measureMemory(): Promise<Figure> {
  tell(`${manySteps} simulated steps`);
  const collect = collector();
  const readings: number[] = [];
  // A rollout of so many steps that each adds a hundredth of the weight or nothing.
  const ports = simulatedPorts(0, (step) => {
    if (step % 100 !== 0) return;
    collect();
    readings.push(process.memoryUsage().heapUsed / 1024 / 1024);
  });
  await drive(begin(specOf(manySteps, 1), 1, Date.now()), ports, { signal: new AbortController().signal });
  const [first = 0] = readings;
  return {
    name: `memory after ${manySteps} steps / after 100`,
    unit: "×",
    values: [(readings.at(-1) ?? 0) / first],
    note: `heap ${first.toFixed(1)} MB after 100 steps, ${(readings.at(-1) ?? 0).toFixed(1)} MB after ${manySteps}`,
  };
}

async function measureCrowd(): Promise<Figure[]> {
  const time = async (stacks: number) => {
    tell(`${stacks} simulated rollouts at once`);
    const began = performance.now();
    const spec = specOf(5, 1000);
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: stacks }, () =>
        drive(begin(spec, 1, Date.now()), simulatedPorts(updateMilliseconds), { signal }),
      ),
    );
    return (performance.now() - began) / 1000;
  };
  const one = await time(1);
  const many = await time(manyStacks);
  return [
    { name: "one simulated rollout of 5 steps", unit: "s", values: [one], note: "interval 1 s, an update takes 1 s" },
    { name: `${manyStacks} of them at once, in one process`, unit: "s", values: [many] },
    { name: "ratio", unit: "×", values: [many / one], note: `${manyStacks} at once / one` },
  ];
}

function specOf(steps: number, interval: number): RolloutSpec {
  return {
    strategy: "canary",
    from: "v1",
    to: "v2",
    steps: Array.from({ length: steps }, (_, index) => ({
      weight: Math.ceil(((index + 1) / steps) * 100),
      rules: {},
      checks: 1,
    })),
    maxWeight: 100,
    interval,
    threshold: 1,
    inconclusiveLimit: 1,
    progressDeadline: 3_600_000,
    replicas: 1,
    checksum: "simulated",
    config: {},
    before: {},
  };
}

/** An engine, checks and a store that are nothing but time; states are stored as the text that a cluster would keep. */
function simulatedPorts(milliseconds: number, onStep: (step: number) => void = () => undefined): RolloutPorts {
  const check = {
    name: "request-success-rate",
    kind: "metric",
    verdict: "passed",
    value: 100,
    message: "it is 100%",
  } as const;
  let step = 0;
  return {
    update: async (_, __, signal) => {
      if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
      onStep((step += 1));
      return { asPlanned: true, checks: [check] };
    },
    check: () => Promise.resolve({ checks: [check, check] }),
    withdraw: () => Promise.resolve(),
    settle: () => Promise.resolve(undefined),
    ask: () => Promise.resolve({ agreed: true, message: "" }),
    post: () => Promise.resolve(),
    tell: () => undefined,
    save: (state) => Promise.resolve(void JSON.stringify(state)),
    commands: () => Promise.resolve([]),
    crash: () => Promise.resolve(undefined),
    alarm: () => Promise.resolve(undefined),
    successor: () => Promise.resolve(undefined),
    now: () => Date.now(),
    sleepUntil: async (time, signal) => {
      await sleep(Math.max(0, time - Date.now()), undefined, { signal });
    },
  };
}

/** The collector, which Node hands out only when asked. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
