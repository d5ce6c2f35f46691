import type { Figure } from "./report";
import type { Shift } from "./shift";
import type { TimedRun } from "./sluice";

const directions = [
  { to: 100, words: "0% → 100%" },
  { to: 0, words: "100% → 0%" },
] as const;

const commands = { sluice: "sluice up --yes", kubectl: "kubectl annotate" } as const;

/** What the shifts say: how long each writer takes, how the two compare, and where `sluice up` spends its time. */
export function figuresOfShifts(shifts: readonly Shift[]): Figure[] {
  const by = (writer: Shift["writer"], to: Shift["to"]) =>
    shifts.filter((shift) => shift.writer === writer && shift.to === to);
  const writers = ["sluice", "kubectl"] as const;
  const times = directions.flatMap(({ to, words }) =>
    writers.map((writer): Figure => {
      const own = by(writer, to);
      const latest = Math.max(...own.map(({ lastOfOld, firstOfNew }) => lastOfOld - firstOfNew));
      const failures = own.reduce((sum, shift) => sum + shift.failures, 0);
      const note = `to the first new answer; old ones until ${Math.max(0, latest).toFixed(2)} s later; ${failures} failed requests`;
      const values = own.map(({ firstOfNew }) => firstOfNew);
      return { name: `shift ${words}: ${commands[writer]}`, unit: "s", values, note };
    }),
  );
  const ratios = directions.map(({ to, words }): Figure => {
    const kubectl = by("kubectl", to);
    const values = by("sluice", to).map((shift, index) => shift.firstOfNew / (kubectl[index]?.firstOfNew ?? NaN));
    return {
      name: `shift ${words}: ratio`,
      unit: "×",
      values,
      note: "sluice up / kubectl annotate, round by round",
    };
  });
  return [...times, ...ratios, ...breakdown(shifts.filter(({ writer }) => writer === "sluice"))];
}

function breakdown(shifts: readonly Shift[]): Figure[] {
  const part = (name: string, secondsOf: (shift: Shift) => number): Figure => ({
    name: `sluice up: ${name}`,
    unit: "s",
    values: shifts.map(secondsOf),
  });
  const started = ({ run }: Shift) => timeOf(run, "engine:");
  const previewed = ({ run }: Shift) => timeOf(run, "✓ Preview");
  return [
    part("whole command", ({ run }) => run.seconds),
    part("until cluster and engine are chosen", started),
    part("preview", (shift) => previewed(shift) - started(shift)),
    part("from the preview to the first new answer", (shift) => shift.firstOfNew - previewed(shift)),
    part("from the first new answer to the exit", (shift) => shift.run.seconds - shift.firstOfNew),
  ];
}

function timeOf({ lines }: TimedRun, begin: string): number {
  return lines.find(({ text }) => text.startsWith(begin))?.at ?? NaN;
}
