/** What came of test files that ran in one process of mocha. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How long each suite at the top of a file took, its hooks with it. */
  readonly suites: readonly { readonly title: string; readonly ms: number }[];
  /** The whole titles of what failed. */
  readonly failures: readonly string[];
}

/** Where a process of mocha writes its {@link Report}, instead of printing it at the end. */
export const reportVariable = "SLUICE_TEST_REPORT";

/** The end of a test run: the ten slowest suites, what failed, and one line that counts every test. */
export function summaryOf(reports: readonly Report[]): string {
  const sum = (key: "passed" | "failed" | "skipped") => reports.reduce((total, report) => total + report[key], 0);
  const slowest = reports
    .flatMap(({ suites }) => suites)
    .sort((left, right) => right.ms - left.ms)
    .slice(0, 10)
    .map(({ title, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${title}\n`);
  const counts = `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`;
  // Again, as a long log may be kept by its end alone.
  const failures = reports.flatMap(({ failures }) => failures).map((title) => `  ${title}\n`);
  const failed = failures.length > 0 ? `\nFailed\n${failures.join("")}` : "";
  return `\nSlowest suites\n${slowest.join("")}${failed}\n${counts}`;
}
