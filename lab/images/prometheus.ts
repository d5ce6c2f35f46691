import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { unpackPackages } from "../packages";

/** Debian's packages of which the image is made: Prometheus, and the C library that it is linked to. */
const prometheusPackages = ["prometheus", "libc6"];

/** Where Prometheus keeps what it has measured. */
const dataFolder = "/prometheus";

/** How Prometheus is started; it finds its configuration where Prometheus' own image has it. */
export const prometheusEntrypoint = [
  "/usr/bin/prometheus",
  "--config.file=/etc/prometheus/prometheus.yml",
  `--storage.tsdb.path=${dataFolder}`,
];

/** What of the packages is of no use here: web pages, manuals, and a tool as large as Prometheus itself. */
const leftOut = ["usr/share", "usr/bin/promtool", "etc/init.d", "etc/default", "etc/logrotate.d"];

/** A short text that changes with the image's contents. */
export const prometheusRecipe = JSON.stringify([prometheusPackages, prometheusEntrypoint, leftOut, 1]);

/** Fills an image's root folder with Prometheus, such that it runs as any user. */
export async function fillPrometheus(root: string, context: StepContext): Promise<void> {
  const packages = await mkdtemp(join(tmpdir(), "sluice-lab-debs-"));
  try {
    await unpackPackages(prometheusPackages, packages, root, context);
  } finally {
    await rm(packages, { recursive: true, force: true });
  }
  for (const path of leftOut) await rm(join(root, path), { recursive: true, force: true });
  for (const folder of ["tmp", dataFolder]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o1777);
  }
}
