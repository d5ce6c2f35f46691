import { dirname } from "node:path";
import { parseStackConfig } from "../config";
import { readClusterProfile } from "../config/profile";
import { objectsOfStack } from "../render/render-stack";
import { checkPolicies } from "../engine/policy/check";
import { packConfigFile, packFolder } from "../engine/policy/pack";
import { engineEnvironment } from "../engine/environment";
import { readStack } from "../engine/stack-file";
import { labInfo } from "../lab";
import type { Figure } from "./report";
import type { Place } from "./shift";
import { repeat, tell, timeCommand, timeSluice } from "./sluice";
import { benchStack } from "./stack";

const rounds = 5;

/** What the policy pack adds to a preview: in this process, and where Pulumi runs it, in a process of Pulumi's own. */
export async function figuresOfPolicies(place: Place, engine: string): Promise<Figure[]> {
  tell("the policies' share of a preview");
  return engine.startsWith("engine: kubectl") ? inProcess(place) : byPulumi(place);
}

async function inProcess({ labName, target, signal }: Place): Promise<Figure[]> {
  const { profile: profileFile } = labInfo({ name: labName });
  const { config } = readStack(benchStack);
  const { environment } = parseStackConfig(config, readClusterProfile(profileFile));
  const context = { report: () => undefined, signal };
  const { manifests, outputs } = await objectsOfStack({ stack: benchStack, config, profileFile }, context);
  const pack = await repeat(rounds, async () => {
    const began = performance.now();
    await checkPolicies({ stack: benchStack, manifests, outputs, lastOutputs: outputs }, environment);
    return { seconds: (performance.now() - began) / 1000 };
  });
  const preview = await repeat(rounds, () => timeSluice(["preview", ...target], { signal }));
  return figures("sluice preview, all of it", preview, "the policies in it", pack, `${manifests.length} objects`);
}

async function byPulumi({ labName, signal }: Place): Promise<Figure[]> {
  const { profile: profileFile, kubeconfig } = labInfo({ name: labName });
  const env = await engineEnvironment({ name: labName, kubeconfig, profileFile }, {}, dirname(kubeconfig));
  const preview = (...more: string[]) =>
    timeCommand("pulumi", ["preview", "--stack", benchStack, "--non-interactive", ...more], {
      signal,
      env,
    });
  const pack = ["--policy-pack", packFolder, "--policy-pack-config", packConfigFile("development")];
  const bare: number[] = [];
  const held: number[] = [];
  // In turns, so that whatever else the machine does meets both alike.
  await repeat(rounds, async () => {
    bare.push((await preview()).seconds);
    const run = await preview(...pack);
    held.push(run.seconds);
    return run;
  });
  return figures("pulumi preview", bare, "pulumi preview --policy-pack policies", held, "in turns");
}

function figures(
  wholeName: string,
  whole: readonly number[],
  partName: string,
  part: readonly number[],
  note: string,
): Figure[] {
  const ratio = part.map((seconds, index) => seconds / (whole[index] ?? NaN));
  return [
    { name: wholeName, unit: "s", values: whole },
    { name: partName, unit: "s", values: part, note },
    { name: "ratio", unit: "×", values: ratio, note: `${partName} / ${wholeName}` },
  ];
}
