/** The fields of a cron expression in their order, with the numbers that each takes. */
const fields = [
  { name: "minute", lowest: 0, highest: 59 },
  { name: "hour", lowest: 0, highest: 23 },
  { name: "day of the month", lowest: 1, highest: 31 },
  { name: "month", lowest: 1, highest: 12 },
  { name: "day of the week", lowest: 0, highest: 6 },
] as const;

/**
 * Says why a text isn't a cron expression of five fields; nothing if it is one.
 *
 * Pulumi Cloud takes the standard five fields in UTC (REST API, `CreateScheduledDeploymentRequest.scheduleCron`). Names
 * of months and days, `@daily` and a field of seconds are refused: cron programs disagree about them.
 */
export function whyNoCron(text: string): string | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length)
    return "must be a cron expression of five fields in UTC, minute hour day month weekday, such as 0 5 * * *";
  for (const [index, field] of fields.entries())
    if (!fits(parts[index] ?? "", field.lowest, field.highest))
      return `must be a cron expression whose ${field.name} is *, numbers from ${field.lowest} to ${field.highest}, ranges (1-5), lists (1,3) or steps (*/4)`;
  return undefined;
}

function fits(part: string, lowest: number, highest: number): boolean {
  return part.split(",").every((item) => {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
    if (!match) return false;
    const [first, last, step] = match.slice(1).map((digits) => (digits === undefined ? undefined : Number(digits)));
    // cron programs read 5/15 as 5-59/15 or as 5 alone.
    if (first !== undefined && last === undefined && step !== undefined) return false;
    const ordered = first === undefined || (lowest <= first && first <= (last ?? first) && (last ?? first) <= highest);
    return ordered && (step === undefined || (step >= 1 && step <= highest));
  });
}
