/** The traffic in plain English before and after: `- ` what goes, `+ ` what comes, two spaces before what stays. */
export function trafficDiff(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.map((line) => (before.includes(line) ? `  ${line}` : `+ ${line}`)),
  ];
}
