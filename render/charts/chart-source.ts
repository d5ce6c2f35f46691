import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../cluster/folders";
import { labIfThere } from "../../cluster/lab-if-there";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import type { ChartRequest } from "./render-chart";

/** Seconds that a chart repository has to answer. */
const repositoryTimeout = 20;

/**
 * Finds the place on this machine that a chart can be rendered from, fetching it into the cache if it isn't there yet.
 *
 * MetalLB and Flagger publish the same charts in their Go modules, so where a chart repository can't be reached but Go's
 * module proxy can, the lab gets the chart from there.
 *
 * @throws UserError if neither can be had, with the config key that names another place.
 */
export async function chartPlace(helm: string, request: ChartRequest, context: StepContext): Promise<string> {
  const { chart, version, repositoryOpts } = request;
  const repository = repositoryOpts?.repo;
  if (repository === undefined && !chart.startsWith("oci://")) return chart;
  const folder = join(cacheFolder(), "charts");
  const archive = join(folder, `${chart.split("/").at(-1)}-${version}.tgz`);
  if (existsSync(archive)) return archive;
  // Fetched beside its place and renamed: an interrupted download must not pass for the chart.
  await mkdir(folder, { recursive: true });
  const arrival = await mkdtemp(join(folder, "arriving-"));
  context.report(`fetching the chart ${chart} ${version}`);
  const from = repository === undefined ? [] : ["--repo", repository];
  const pulled = await execa(helm, ["pull", chart, "--version", version ?? "", ...from, "--destination", arrival], {
    cancelSignal: context.signal,
    timeout: repositoryTimeout * 1000,
    reject: false,
  });
  if (!pulled.failed) await rename(join(arrival, basename(archive)), archive);
  await rm(arrival, { recursive: true });
  context.signal.throwIfAborted();
  if (!pulled.failed) return archive;
  const place = await labIfThere()?.releasedChart(chart, version, context.signal, context.report);
  if (place !== undefined) return place;
  const reason = pulled.timedOut ? `no answer within ${repositoryTimeout} s` : pulled.stderr.trim();
  throw new UserError(
    `can't fetch the chart ${chart} ${version} from ${repository ?? chart}: ${reason}\n` +
      `if it can't be reached, name a folder, an archive or an oci:// reference in ${placeKey(chart)}`,
    "SLUICE1110",
  );
}

function placeKey(chart: string): string {
  if (chart === "flagger") return "sluice:rollout.flagger.chart";
  return chart === "metallb" ? "sluice:metallb.chart" : "sluice:ingressController.chart";
}
