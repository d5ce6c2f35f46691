import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { reportVariable, summaryOf } from "./report";

const { EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants;

/** Mocha's spec reporter, closed by the ten slowest suites, what failed, and one line: `N passed, N failed, N skipped`. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const suites: { title: string; ms: number }[] = [];
    const failures: string[] = [];
    let begun = 0;
    const isTop = ({ parent }: Mocha.Suite) => parent?.root === true;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (isTop(suite)) begun = performance.now();
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (isTop(suite)) suites.push({ title: suite.title, ms: performance.now() - begun });
    });
    runner.on(EVENT_TEST_FAIL, (test, { message }: Error) => {
      failures.push(`${test.titlePath().join(" › ")}: ${message.split("\n")[0]}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const report = { passed, failed, skipped, suites, failures };
      const file = process.env[reportVariable];
      if (file) writeFileSync(file, JSON.stringify(report));
      else process.stdout.write(summaryOf([report]));
    });
  }
}

export = CountingReporter;
