import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { historyCommand } from "../../../cli/commands/history";
import { clusterApi } from "../../../cluster/api";
import { RolloutRecords } from "../../../rollout/store/records";
import { isEnded, type RolloutState } from "../../../rollout/state";
import { parseStackConfig } from "../../../config";
import { readStack } from "../../../engine/stack-file";
import { ask, rolloutAt, roundOf, walkOn } from "../rollout/walk";
import { fakeApi } from "../support/fake-api";
import { withVariables } from "../support/variables";

const { namespace } = parseStackConfig(readStack("dev").config);
const day = Date.parse("2026-03-02T09:00:00Z");

/** Moves a rollout of the simulated world to a day. */
function onDay(state: RolloutState, id: number): RolloutState {
  const shift = (time: number) => time - 1_000_000 + day;
  const { startedAt, endedAt, rounds, timeline = [] } = state;
  return {
    ...state,
    id,
    startedAt: shift(startedAt),
    ...(endedAt !== undefined && { endedAt: shift(endedAt) }),
    rounds: rounds.map((round) => ({ ...round, at: shift(round.at) })),
    timeline: timeline.map((point) => ({ ...point, at: shift(point.at) })),
  };
}

describe("sluice history", () => {
  const fake = fakeApi();
  withVariables(() => ({ KUBECONFIG: fake().cluster.kubeconfig }));
  const save = (state: RolloutState) => new RolloutRecords(clusterApi(fake().cluster), "dev", namespace).save(state);

  /** What the command prints. */
  async function history(...args: string[]): Promise<string> {
    const write = process.stdout.write.bind(process.stdout);
    const printed: string[] = [];
    process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      const all = ["--context", "fake", ...args];
      await historyCommand().exitOverride().parseAsync(all, { from: "user" });
    } finally {
      process.stdout.write = write;
    }
    return stripVTControlCharacters(printed.join(""));
  }

  const failed = () => {
    const rollout = rolloutAt(roundOf(2), { threshold: 1 });
    rollout.finish({ good: false });
    walkOn(rollout, isEnded);
    return rollout.state;
  };
  const running = () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "pause");
    rollout.finish({ good: true });
    return rollout.state;
  };

  it("says so where there was none", async () =>
    assert.equal(await history(), "dev has had no rollout: start one with sluice rollout\n"));

  it("lists rollouts, the last first, with how they ended, and what one waits for", async () => {
    await save(onDay(rolloutAt(isEnded).state, 1));
    await save(onDay(failed(), 2));
    await save(onDay(running(), 3));
    fake().api.put(`leases/${namespace}/sluice-rollout-dev`, {
      spec: { holderIdentity: "bob@elsewhere:1", renewTime: new Date().toISOString(), leaseDurationSeconds: 15 },
    });
    const rows = (await history())
      .split("\n")
      .filter((line) => /^│ \d/.test(line))
      .map((line) =>
        line
          .split("│")
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    assert.deepEqual(rows, [
      ["3", "2026-03-02 09:00:00", "", "v1 → v2", "Waiting", "1 of 3", "waiting for paused by ann"],
      ["2", "2026-03-02 09:00:00", "29s", "v1 → v2", "Failed", "2 of 3", "1 of 1 failed rounds: it is failed"],
      ["1", "2026-03-02 09:00:00", "44s", "v1 → v2", "Succeeded", "3 of 3", "v2 has taken the place of v1"],
    ]);
  });

  it("shows each round of one", async () => {
    await save(onDay(failed(), 2));
    assert.equal(
      await history("2"),
      `rollout 2: v1 → v2, Failed: 1 of 1 failed rounds: it is failed

requests to v2  v2 0%
   ▲
50%┤                                     ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
   │                                     ┃                            ┃
   │      ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛                            ┃
   │      ┃                                                           ┃
 0%┤━━━━━━┛                                                           ┗━
   └┬──────────────────────────────────────────────────────────────────┬▶
   0s                                                                28s

2026-03-02 09:00:03  step 0, 0%: passed
  ✓ it is passed
2026-03-02 09:00:15  step 1, 25%: passed
  ✓ it is passed
2026-03-02 09:00:28  step 2, 50%: failed
  ✗ it is failed
`,
    );
  });

  it("shows one that is under way without an outcome, and that nobody drives it", async () => {
    await save(onDay(running(), 3));
    const undriven = /no driver since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/;
    assert.match(await history("3"), new RegExp(`^rollout 3: v1 → v2, Waiting\n${undriven.source}\n`));
    assert.match(
      (await history()).replace(/[\s│]+/g, " "),
      new RegExp(`waiting for paused by ann; ${undriven.source}`),
    );
    assert.match(await history("3", "--json"), new RegExp(`"undriven": "${undriven.source}"`));
  });

  it("gives the same as JSON", async () => {
    await save(onDay(failed(), 2));
    const all = JSON.parse(await history("--json")) as { id: number; rounds: unknown[]; actions: string[] }[];
    assert.deepEqual(
      all.map(({ id, rounds, actions }) => [id, rounds.length, actions]),
      [[2, 3, ["retry"]]],
    );
    assert.deepEqual(JSON.parse(await history("2", "--json")), all[0]);
  });

  it("names those that there are", async () => {
    await assert.rejects(history("7"), /^UserError: there is no rollout 7: dev has none$/);
    await save(onDay(failed(), 2));
    await save(onDay(running(), 3));
    await assert.rejects(history("7"), /there is no rollout 7: dev has 3, 2$/);
  });

  for (const number of ["0", "-1", "1.5", "last"])
    it(`refuses the number ${number}`, async () => {
      const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = () => true;
      try {
        await assert.rejects(history("--", number), /must be a rollout's number, as sluice history shows it/);
      } finally {
        process.stderr.write = write;
      }
    });
});
