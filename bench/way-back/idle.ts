import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endedBy } from "../../cli/interruption";
import { driveStack, type DriveStackOptions, type Watcher } from "../../cli/rollout/drive-stack";
import type { Session } from "../../cli/session";
import { clusterApi } from "../../cluster/api";
import { parseStackConfig } from "../../config";
import { UserError } from "../../progress/user-error";
import { layOut } from "../../rollout/layout";
import { begin } from "../../rollout/machine";
import { withStack } from "../../rollout/stack";
import { RolloutRecords } from "../../rollout/store/records";
import { FakeApi } from "../../test/unit/support/fake-api";
import type { Figure } from "../report";
import { tell } from "../sluice";

/** What a driver took in some seconds in which it waited. */
export interface IdleDriver {
  readonly requestsPerSecond: number;
  /** What its process has of the machine's memory, in MB. */
  readonly megabytes: number;
}

/** What a driver costs that waits for an approval on a real cluster. */
export function figuresOfIdleDriver({ requestsPerSecond, megabytes }: IdleDriver): Figure[] {
  return [
    { name: "a waiting driver: requests to the API server", unit: "/s", values: [requestsPerSecond] },
    { name: "a waiting driver: memory of its process", unit: "MB", values: [megabytes] },
  ];
}

/** The memory that a process has, in MB. */
export function memoryOf(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

const seconds = 10;

/** What many drivers in one process cost, against an API server that is made up. */
export async function figuresOfCrowd(): Promise<Figure[]> {
  const [few, many] = [await measureCrowd(1), await measureCrowd(100)];
  const each = many.requestsPerSecond / few.requestsPerSecond / 100;
  return [
    { name: "100 waiting drivers in one process: requests", unit: "/s", values: [many.requestsPerSecond] },
    { name: "ratio", unit: "×", values: [each], note: "requests of one of 100 / of one alone" },
    {
      name: "100 waiting drivers in one process: memory of 99 more",
      unit: "MB",
      values: [many.megabytes - few.megabytes],
      note: "the API server that is made up is in it",
    },
  ];
}

async function measureCrowd(count: number): Promise<IdleDriver> {
  tell(`${count} waiting drivers`);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-drivers-"));
  const fake = await FakeApi.start();
  const ending = new AbortController();
  try {
    const cluster = fake.cluster(folder);
    const driving = endedBy(ending.signal, () =>
      Promise.allSettled(Array.from({ length: count }, (_, index) => driveOne(cluster, `bench-${index}`))),
    );
    await sleep(5000);
    const before = fake.requests.length;
    await sleep(seconds * 1000);
    const requests = fake.requests.length - before;
    const megabytes = memoryOf(process.pid);
    ending.abort(new UserError("that was all"));
    await driving;
    return { requestsPerSecond: requests / seconds, megabytes };
  } finally {
    fake.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Drives a rollout that waits for an hour. */
function driveOne(cluster: ReturnType<FakeApi["cluster"]>, stack: string): Promise<unknown> {
  const config = {
    "sluice:host": `${stack}.test`,
    "sluice:stable": "v1",
    "sluice:workload": stack,
    "sluice:namespace": "demo",
    "sluice:versions": { v1: { image: "shop:1" }, v2: { image: "shop:2" } },
    "sluice:ingressController": { kind: "existing", className: "nginx", service: "a/b" },
    "sluice:rollout": { interval: "1s", stepWeight: 50 },
  };
  const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
  const until = Date.now() + 3_600_000;
  const waiting = { kind: "sleep", until, next: { kind: "round", type: "rollout" } } as const;
  const session = {
    file: { stack, file: "/nowhere", config },
    choice: { name: "fake", cluster: () => cluster },
    config: () => parseStackConfig(config),
    reread: () => {
      throw new UserError("there is no file");
    },
  } as unknown as Session;
  const api = clusterApi(cluster);
  const opened = { api, at: { stack, namespace: "demo" }, records: new RolloutRecords(api, stack, "demo") };
  const options = { stack, requests: 1 } as DriveStackOptions;
  return driveStack(session, opened, options, silent, () =>
    Promise.resolve({ ...begin(spec, 1, Date.now()), phase: "Progressing", activity: waiting }),
  );
}

const silent: Watcher = {
  report: () => undefined,
  onPreview: () => undefined,
  onNotice: () => undefined,
  onComplaint: () => undefined,
  onState: () => undefined,
  end: () => undefined,
};
