import { parseStackConfig } from "../config";
import { readStack } from "../engine/stack-file";
import { kubectlProgram, labInfo } from "../lab";
import { readClusterProfile } from "../cluster/profile";
import { UserError } from "../progress/user-error";
import { tell, timeCommand, timeSluice, type TimedRun } from "./sluice";
import { benchStack, changeWeight } from "./stack";
import { type SeenChange, type TrafficWatch, watching } from "./watch";

/** One change of all traffic from one version to the other, and the command that made it. */
export interface Shift extends SeenChange {
  readonly writer: "sluice" | "kubectl";
  readonly to: 0 | 100;
  readonly round: number;
  readonly run: TimedRun;
}

/** Where the stack stands. */
export interface Place {
  readonly labName: string;
  /** The options that have `sluice` work there. */
  readonly target: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Times how long a change of all traffic takes, by `sluice up` and by a bare `kubectl annotate`, in both directions.
 *
 * `kubectl annotate` leaves the annotation with a field manager of its own, and the next `sluice up` would refuse to
 * take it away. So the writers take turns, each from where the other left the traffic, and after each `kubectl` an
 * untimed `sluice up --force-conflicts` moves the weight: the value differs, so the server gives the field to Sluice
 * alone again. That way every timed `sluice up` is the ordinary command without `--force-conflicts`, every timed
 * `kubectl annotate` changes the one annotation that it changes, and both find the same settled, idle cluster.
 */
export async function measureShifts(rounds: number, place: Place): Promise<Shift[]> {
  const { labName, target, signal } = place;
  const info = labInfo({ name: labName });
  const profile = readClusterProfile(info.profile);
  const config = parseStackConfig(readStack(benchStack).config, profile);
  const { plan, workload, namespace } = config;
  const kubectl = await kubectlProgram(signal, () => undefined);
  const up = (...more: string[]) => timeSluice(["up", "--yes", ...target, ...more], { signal });
  const annotate = (weight: number) =>
    timeCommand(
      kubectl,
      [
        ...["--kubeconfig", info.kubeconfig, "--context", info.context, "--namespace", namespace],
        ...["annotate", "ingress", `${workload}-canary`, "--overwrite"],
        `nginx.ingress.kubernetes.io/canary-weight=${weight}`,
      ],
      { signal },
    );
  if (plan.strategy !== "canary") throw new UserError(`shifts are timed under strategy canary, not ${plan.strategy}`);
  const servedAt = (weight: number) => (weight === 100 ? (plan.canary?.version ?? "") : plan.stable);
  const address = addressIn(await up());

  return watching(profile?.client ?? [], { address, port: 80 }, config, signal, async (watch) => {
    const shifts: Shift[] = [];
    const time = async (writer: Shift["writer"], to: Shift["to"], round: number) => {
      tell(`shift ${round} of ${rounds}: ${writer} to ${to}%`);
      const seen = await timeShift(watch, servedAt(100 - to), servedAt(to), () =>
        writer === "sluice" ? up() : annotate(to),
      );
      shifts.push({ ...seen, writer, to, round });
    };
    for (let round = 1; round <= rounds; round += 1)
      for (const to of [100, 0] as const) {
        changeWeight(to);
        await time("sluice", to, round);
        await time("kubectl", to === 100 ? 0 : 100, round);
        await up("--force-conflicts");
      }
    return shifts;
  });
}

async function timeShift(
  watch: TrafficWatch,
  from: string,
  to: string,
  change: () => Promise<TimedRun>,
): Promise<SeenChange & { run: TimedRun }> {
  await watch.settledOn(from);
  const run = await change();
  await watch.settledOn(to);
  return { ...watch.changeSince(run.started, from, to), run };
}

function addressIn({ lines }: TimedRun): string {
  const found = lines.map(({ text }) => /ready at (\S+)/.exec(text)?.[1]).find((address) => address !== undefined);
  if (found === undefined) throw new UserError("sluice up names no address to send requests to");
  return found;
}
