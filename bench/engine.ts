import { execa } from "execa";
import { packConfigFile, packFolder } from "../engine/policy/pack";
import { packageFolder } from "../package-folder";
import type { Figure } from "./report";
import type { Place } from "./shift";
import { tell, timeCommand, timeSluice, type RunOptions, type TimedRun } from "./sluice";
import { benchStack, changeWeight, smallStack, weightEdit, writeStackFile } from "./stack";

const rounds = 5;

/** A command of Sluice's, and the bare one of Pulumi's that it is held against. */
interface Contest {
  readonly name: string;
  readonly bare: string;
  readonly run: (stack: string, weight: number) => Promise<TimedRun>;
  readonly runBare: (stack: string, weight: number) => Promise<TimedRun>;
}

/**
 * Sluice's previews and updates beside Pulumi's own, without policies, of the same stack in the same run: of the dev stack,
 * and of one beside it that uses what that brings, MetalLB and the controller. Each update changes one annotation.
 */
export async function figuresOfEngine(place: Place): Promise<Figure[]> {
  const { signal, target } = place;
  const cluster = target.slice(target.indexOf(benchStack) + 1);
  const controller = {
    kind: "existing",
    className: "nginx",
    service: "ingress-nginx/ingress-nginx-controller",
  };
  const own = { "sluice:host": "bench-small.test", "sluice:namespace": smallStack };
  const small = { ...own, "sluice:metallb": null, "sluice:ingressController": controller };
  const edits = Object.entries(small).map(([key, value]) => [[key], value] as const);
  writeStackFile([...weightEdit(0), ...edits], "Pulumi.dev.yaml", smallStack);
  await timeSluice(["up", "--yes", "--stack", smallStack, ...cluster], { signal });
  try {
    const contests = await contestsOf(place, cluster);
    const figures: Figure[] = [];
    for (const [stack, title] of [
      [benchStack, "dev stack"],
      [smallStack, "stack without the platform"],
    ] as const)
      for (const contest of contests) {
        tell(`${contest.name} beside ${contest.bare}: ${title}`);
        figures.push(...(await figuresOf(contest, stack, title)));
      }
    return figures;
  } finally {
    const { signal } = new AbortController();
    await timeSluice(["down", "--yes", "--keep-cluster", "--stack", smallStack, ...cluster], { signal });
  }
}

async function contestsOf({ labName, signal }: Place, cluster: readonly string[]): Promise<Contest[]> {
  const options: RunOptions = { signal, env: await shellOf(labName) };
  const pulumi = (stack: string, ...args: string[]) =>
    timeCommand("pulumi", [...args, "--stack", stack, "--non-interactive"], options);
  const sluice = (stack: string, ...args: string[]) => timeSluice([...args, "--stack", stack, ...cluster], { signal });
  const at = (weight: number, stack: string, run: () => Promise<TimedRun>) => {
    changeWeight(weight, stack);
    return run();
  };
  const preview = (stack: string, weight: number) => at(weight, stack, () => pulumi(stack, "preview"));
  const up = (stack: string, weight: number) => at(weight, stack, () => pulumi(stack, "up", "--yes"));
  const pack = ["--policy-pack", packFolder, "--policy-pack-config", packConfigFile("development")];
  return [
    {
      name: "pulumi preview --policy-pack policies",
      bare: "pulumi preview",
      run: (stack, weight) => at(weight, stack, () => pulumi(stack, "preview", ...pack)),
      runBare: preview,
    },
    {
      name: "sluice preview",
      bare: "pulumi preview",
      run: (stack, weight) => at(weight, stack, () => sluice(stack, "preview")),
      runBare: preview,
    },
    {
      name: "sluice up",
      bare: "pulumi up",
      run: (stack, weight) => at(weight, stack, () => sluice(stack, "up", "--yes")),
      runBare: up,
    },
    {
      name: "sluice shift",
      bare: "pulumi up",
      run: (stack, weight) => sluice(stack, "shift", "--weight", String(weight), "--yes"),
      runBare: up,
    },
  ];
}

/** The environment of a shell in which `sluice lab env` was evaluated. */
async function shellOf(labName: string): Promise<Record<string, string>> {
  const script = `eval "$(node cli/sluice.js lab env --name ${labName})" && env --null`;
  const { stdout } = await execa("bash", ["-c", script], { cwd: packageFolder });
  const variables = stdout.split("\0").filter((line) => line.includes("="));
  return Object.fromEntries(
    variables.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** In turns, so that whatever else the machine does meets both alike. */
async function figuresOf({ name, bare, run, runBare }: Contest, stack: string, note: string): Promise<Figure[]> {
  const [own, others]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    others.push((await runBare(stack, 10)).seconds);
    own.push((await run(stack, 20)).seconds);
  }
  const ratio = own.map((seconds, index) => seconds / (others[index] ?? NaN));
  return [
    { name: bare, unit: "s", values: others, note },
    { name, unit: "s", values: own, note },
    { name: "ratio", unit: "×", values: ratio, note: `${name} / ${bare}` },
  ];
}
