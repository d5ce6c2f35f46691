import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cached, hashOf } from "../../lab/cache";
import { fillPrometheus, prometheusRecipe } from "../../lab/images/prometheus";
import { onPath } from "../../sources/find-program";
import { httpTransport } from "../../rollout/analysis/http-transport";
import { askPrometheus, type Series } from "../../rollout/analysis/prometheus";

/** A counter's value before the step, and at its end; one that begins as undefined is not there before. */
export type Growth = readonly [before: number | undefined, after: number];

/** Whether the counters have grown: 0 or 1, by which a scrape is told from those before it. */
const marker = "sluice_test_has_grown";

/** The path of Prometheus: the one on PATH, else Debian's in the lab's cache; nothing where neither can be had. */
export async function prometheusProgram(signal: AbortSignal): Promise<string | undefined> {
  const found = onPath("prometheus");
  if (found !== undefined || onPath("apt-get") === undefined) return found;
  const context = { signal, report: () => undefined };
  const { directory } = await cached(`prometheus-${hashOf({ prometheusRecipe })}`, (into) =>
    fillPrometheus(into, context),
  );
  return join(directory, "usr/bin/prometheus");
}

/**
 * A real Prometheus on a loopback port that scrapes counters twice: of namespace `default` as they are, and of namespace
 * `shop` from a target with labels of its own, as a ServiceMonitor gives it, so that namespace and service are renamed.
 */
export class RunningPrometheus {
  /** When the counters began to grow, at the earliest; milliseconds since 1970. */
  since = 0;
  url = "";
  private hasGrown = false;
  private process?: ChildProcess;
  private readonly exposition: Server;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly counters: Readonly<Record<string, Growth>>,
  ) {
    this.exposition = createServer(({ url }, response) => {
      const all = { ...this.counters, [marker]: [0, 1] as const };
      const values = Object.entries(all).map(([name, [before, after]]) => ({
        name,
        value: this.hasGrown ? after : before,
      }));
      const lines = values.filter(({ value }) => value !== undefined).map(({ name, value }) => `${name} ${value}\n`);
      const text = lines.join("").replaceAll('"default', url === "/shop" ? '"shop' : '"default');
      response.setHeader("Content-Type", "text/plain; version=0.0.4").end(text);
    });
  }

  ask(promql: string): Promise<Series[]> {
    return askPrometheus(httpTransport({ url: this.url }, {}), promql, new AbortController().signal);
  }

  /** Starts, and lets the counters grow within a step that Prometheus has samples of from before and after. */
  async start(): Promise<void> {
    const target = `127.0.0.1:${await listen(this.exposition)}`;
    const spare = createServer();
    const port = await listen(spare);
    await new Promise((resolve) => spare.close(resolve));
    this.url = `http://127.0.0.1:${port}`;
    const labels = { namespace: "ingress-controller", service: "controller" };
    const config = {
      global: { scrape_interval: "250ms", scrape_timeout: "250ms" },
      scrape_configs: [
        { job_name: "pods", static_configs: [{ targets: [target] }] },
        { job_name: "services", metrics_path: "/shop", static_configs: [{ targets: [target], labels }] },
      ],
    };
    const file = join(this.folder, "prometheus.yaml");
    writeFileSync(file, JSON.stringify(config));
    const flags = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(this.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    this.process = spawn(this.program, flags, { stdio: "ignore" });
    await this.until(`count(${marker} == 0) == 2`);
    this.since = Date.now();
    // A window is cut to whole seconds: what counts as before must lie in all of them.
    await this.until(`count(timestamp(${marker}) > ${this.since / 1000 + 1}) == 2`);
    this.hasGrown = true;
    await this.until(`count(${marker} == 1) == 2`);
  }

  stop(): void {
    this.process?.kill("SIGKILL");
    this.exposition.closeAllConnections();
    this.exposition.close();
  }

  /** Waits until a query has an answer. */
  private async until(promql: string): Promise<void> {
    const hasAnswer = () =>
      this.ask(promql).then(
        (series) => series.length > 0,
        () => false,
      );
    while (!(await hasAnswer())) {
      if (this.process?.exitCode !== null) throw new Error(`prometheus ended with ${this.process?.exitCode}`);
      await pause(100);
    }
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
