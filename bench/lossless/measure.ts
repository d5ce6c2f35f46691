import { setTimeout as sleep } from "node:timers/promises";
import { parseStackConfig, type StackConfig } from "../../config";
import { readClusterProfile } from "../../cluster/profile";
import { readStack } from "../../engine/stack-file";
import { labInfo } from "../../lab";
import type { Place } from "../../probe/ask-plan";
import { plainShares } from "../../traffic/shares";
import type { Place as BenchPlace } from "../shift";
import { tell, timeSluice, type TimedRun } from "../sluice";
import { benchStack, changeStackFile, writeStackFile } from "../stack";
import { watching, type TrafficWatch } from "../watch";
import { figureOfChange, type ChangeFigure, type MadeChange } from "./analysis";
import type { LoadedCase, LoadedChange, LoadedClient } from "./cases";

/** What a change meant for one of those who asked meanwhile. */
export interface LoadedFigure extends ChangeFigure {
  readonly stack: string;
  readonly change: string;
  /** Which of them, where there were several. */
  readonly client?: string;
  /** Seconds that `sluice up` took. */
  readonly seconds: number;
}

/** All that was measured. */
export interface LoadedMeasurement {
  readonly figures: readonly LoadedFigure[];
  /** All requests of all clients, those before the first change too. */
  readonly requests: number;
  /** Those of them that no version answered. */
  readonly failed: number;
}

interface NamedChange extends MadeChange {
  readonly name: string;
  readonly seconds: number;
}

/** The seconds before a change that it is compared with. */
const steadySeconds = 4;

/**
 * Until the traffic counts as settled after `sluice up`: Traefik may be two seconds behind, and pods that were told to go
 * serve for five seconds more.
 */
const settlingSeconds = 7;

/** Makes each case's changes by `sluice up` under load. */
export async function measureLoaded(
  cases: readonly LoadedCase[],
  { labName, target, signal }: BenchPlace,
): Promise<LoadedMeasurement> {
  const profile = readClusterProfile(labInfo({ name: labName }).profile);
  const config = () => parseStackConfig(readStack(benchStack).config, profile);
  const up = (...more: string[]) => timeSluice(["up", "--yes", ...target, ...more], { signal });
  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal });
  const measured: LoadedMeasurement[] = [];
  for (const loaded of cases) measured.push(await measureCase(loaded));
  return {
    figures: measured.flatMap(({ figures }) => figures),
    requests: sum(measured.map(({ requests }) => requests)),
    failed: sum(measured.map(({ failed }) => failed)),
  };

  async function measureCase(loaded: LoadedCase): Promise<LoadedMeasurement> {
    tell(`${loaded.name}: bringing it up`);
    writeStackFile([], loaded.source);
    const place = placeOf(await up("--json"));
    const { watches, changes } = await watchedBy(loaded.clients, place, config(), async (watches) => {
      await wait(settlingSeconds + steadySeconds);
      return { watches, changes: await changeAll(loaded) };
    });
    // Only now has the last answer come.
    const answers = watches.flatMap(({ all }) => all);
    return {
      figures: changes.flatMap((change) => watches.map((watch, index) => figure(loaded, index, change, watch))),
      requests: answers.length,
      failed: answers.filter(({ failure }) => failure !== undefined).length,
    };
  }

  /** Has all clients ask at once while the work lasts. */
  function watchedBy<Result>(
    [client, ...others]: readonly LoadedClient[],
    place: Place,
    stack: StackConfig,
    work: (watches: readonly TrafficWatch[]) => Promise<Result>,
    watches: readonly TrafficWatch[] = [],
  ): Promise<Result> {
    if (!client) return work(watches);
    const inner = (watch: TrafficWatch) => watchedBy(others, place, stack, work, [...watches, watch]);
    return watching(profile?.client ?? [], place, stack, signal, inner, client.pace);
  }

  async function changeAll({ name, changes }: LoadedCase): Promise<NamedChange[]> {
    const made: Omit<NamedChange, "until">[] = [];
    for (const change of changes) {
      tell(`${name}: ${change.name}`);
      made.push(await makeChange(change));
    }
    return made.map((change, index) => ({ ...change, until: made[index + 1]?.started ?? Infinity }));
  }

  async function makeChange({ name, edits }: LoadedChange): Promise<Omit<NamedChange, "until">> {
    const before = plainShares(config().plan);
    changeStackFile(edits);
    const { started, seconds } = await up();
    await wait(settlingSeconds + steadySeconds);
    const settled = started + (seconds + settlingSeconds) * 1000;
    return { name, seconds, started, settled, before, after: plainShares(config().plan) };
  }
}

function figure(
  { name: stack, clients }: LoadedCase,
  index: number,
  change: NamedChange,
  watch: TrafficWatch,
): LoadedFigure {
  const { name, seconds, started } = change;
  const own = figureOfChange(watch.all, change, started - steadySeconds * 1000);
  return { stack, change: name, client: clients[index]?.name, seconds, ...own };
}

function placeOf({ lines }: TimedRun): Place {
  const { outputs } = JSON.parse(lines.map(({ text }) => text).join("\n")) as { outputs: Place };
  return outputs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
