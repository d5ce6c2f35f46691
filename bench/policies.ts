import { dirname } from "node:path";
import { packConfigFile, packFolder } from "../engine/policy/pack";
import { engineEnvironment } from "../engine/environment";
import { labInfo } from "../lab";
import type { Figure } from "./report";
import type { Place } from "./shift";
import { repeat, tell, timeCommand } from "./sluice";
import { benchStack } from "./stack";

const rounds = 5;

/** What the policy pack adds to a plain preview of Pulumi's. */
export async function figuresOfPolicies({ labName, signal }: Place): Promise<Figure[]> {
  tell("the policies' share of a preview");
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
