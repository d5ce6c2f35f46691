import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { reportVariable, summaryOf } from "./report";

const { EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_RUN_END } = Mocha.Runner.constants;

/** Mocha's spec reporter, closed by the ten slowest suites and by one line: `N passed, N failed, N skipped`. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const suites: { title: string; ms: number }[] = [];
    let begun = 0;
    const isTop = ({ parent }: Mocha.Suite) => parent?.root === true;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (isTop(suite)) begun = performance.now();
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (isTop(suite)) suites.push({ title: suite.title, ms: performance.now() - begun });
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const report = { passed, failed, skipped, suites };
      const file = process.env[reportVariable];
      if (file) writeFileSync(file, JSON.stringify(report));
      else process.stdout.write(summaryOf([report]));
    });
  }
}

export = CountingReporter;
