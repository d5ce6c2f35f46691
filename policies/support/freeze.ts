import { TZDate } from "@date-fns/tz";
import { isOnCalendar } from "./calendar";

/** A time without releases. */
export interface FreezeWindow {
  /** Its first minute on the clocks of the time zone, `2026-12-20T18:00`. */
  readonly from: string;
  /** The first minute behind it. */
  readonly to: string;
  /** As the IANA database has it, `Europe/Berlin`. */
  readonly timeZone: string;
  readonly reason: string;
  /** The stacks for which it does not hold. */
  readonly except?: readonly string[];
}

/** What is wrong with windows beyond their shape, a line each. */
export function freezeProblems(windows: readonly FreezeWindow[]): string[] {
  return windows.flatMap((window, index) => {
    const { from, to } = momentsOf(window);
    const key = `freeze.${index}`;
    if (!isTimeZone(window.timeZone))
      return [
        `${key}.timeZone is "${window.timeZone}": it must be a time zone of the IANA database, for example Europe/Berlin`,
      ];
    const odd = (["from", "to"] as const).filter((end) => !isOnCalendar(window[end]));
    if (odd.length > 0)
      return odd.map((end) => `${key}.${end} is "${window[end]}": it must be a day and a time that there are`);
    return from < to ? [] : [`${key}.to is "${window.to}": it must be later than from, ${window.from}`];
  });
}

/** The window that holds for a stack at a moment. */
export function windowAt(now: Date, stack: string, windows: readonly FreezeWindow[]): FreezeWindow | undefined {
  const [problem] = freezeProblems(windows);
  if (problem !== undefined) throw new Error(problem);
  return windows.find((window) => {
    const { from, to } = momentsOf(window);
    return from <= now && now < to && !window.except?.includes(stack);
  });
}

/** When a window begins and ends. */
export function momentsOf({ from, to, timeZone }: FreezeWindow): { readonly from: Date; readonly to: Date } {
  return { from: momentOf(from, timeZone), to: momentOf(to, timeZone) };
}

function momentOf(text: string, timeZone: string): Date {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return new Date(new TZDate(year, month - 1, day, hour, minute, timeZone).getTime());
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
