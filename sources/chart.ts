import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { FromConfig } from "../config/from";
import { isMap } from "../values/is-map";
import { ConfigError } from "../config/problems";
import { builtBefore, onPath } from "./find-program";
import { templateArguments } from "./helm";
import { readObjects } from "./yaml";

/** A chart, and what its objects are made from. */
export type ChartSource = Pick<FromConfig, "repository" | "version" | "values" | "release" | "hooks"> & {
  readonly chart: string;
};

/** Charts that this process has rendered: a command reads its stack's file several times. */
const rendered = new Map<string, readonly ClusterObject[]>();

/**
 * Renders a chart by `helm template`, its CRDs included.
 *
 * @param folder the one of the stack's file.
 * @throws ConfigError with helm's message, or if the chart has hooks or values that it makes again each time.
 */
export function renderChart(source: ChartSource, namespace: string, folder: string): readonly ClusterObject[] {
  const key = JSON.stringify([source, namespace, folder]);
  const known = rendered.get(key) ?? withoutHooks(demandSame(source, namespace, folder), source);
  rendered.set(key, known);
  return known;
}

/**
 * A chart that makes passwords or certificates would change them in every update, and differ between preview and update. Only a
 * second rendering tells: charts name such functions in templates that their values leave out, and in libraries of others.
 */
function demandSame(source: ChartSource, namespace: string, folder: string): ClusterObject[] {
  const [first, second] = [template(source, namespace, folder), template(source, namespace, folder)];
  const objects = readObjects(first, `the chart ${source.chart}`);
  if (first === second) return objects;
  const again = readObjects(second, `the chart ${source.chart}`);
  const random = objects.filter((object, index) => JSON.stringify(object) !== JSON.stringify(again[index]));
  const names = random.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(", ");
  refuse(
    source.chart,
    `generates ${names} again each time: set what it generates (passwords, certificates) in sluice:from.values`,
  );
}

function template(source: ChartSource, namespace: string, folder: string): string {
  const { chart, repository, version, values = {}, release } = source;
  const place = repository === undefined && !chart.startsWith("oci://") ? resolve(folder, chart) : chart;
  const name =
    release ??
    chart
      .split("/")
      .at(-1)
      ?.replace(/(-\d[\w.+-]*)?\.tgz$/, "")
      .toLowerCase() ??
    "chart";
  const more = [
    ...(version === undefined ? [] : ["--version", version]),
    ...(repository === undefined ? [] : ["--repo", repository]),
  ];
  try {
    return execFileSync(findHelm(chart), templateArguments(name, place, namespace, "--skip-tests", ...more), {
      encoding: "utf8",
      input: JSON.stringify(values),
      maxBuffer: 64_000_000,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    const { stderr = "", message } = error as Error & { readonly stderr?: string };
    refuse(chart, `can't be rendered by helm template: ${stderr.trim().replace(/\s+/g, " ") || message}`);
  }
}

/** Helm on the PATH, or the one that Sluice has built for its lab: a program of Pulumi's must not wait for a build. */
function findHelm(chart: string): string {
  const found = onPath("helm") ?? builtBefore("helm");
  return found ?? refuse(chart, "needs helm on the PATH: https://helm.sh/docs/intro/install/");
}

/** Helm runs a hook before or after an installation or an upgrade, which an update of Pulumi is not: that must be said. */
function withoutHooks(objects: readonly ClusterObject[], { chart, hooks }: ChartSource): readonly ClusterObject[] {
  const hooked = objects.filter(
    ({ metadata }) => isMap(metadata["annotations"]) && metadata["annotations"]["helm.sh/hook"],
  );
  if (hooked.length === 0 || hooks === "apply") return objects;
  if (hooks === "leaveOut") return objects.filter((object) => !hooked.includes(object));
  const names = hooked.map(({ kind, metadata }) => `${kind}/${metadata.name} (${hookOf(metadata)})`).join(", ");
  refuse(chart, `has hooks, which Helm runs and Pulumi doesn't: ${names}: set sluice:from.hooks to apply or leaveOut`);
}

function hookOf({ annotations }: ClusterObject["metadata"]): string {
  return String((annotations as Readonly<Record<string, unknown>>)["helm.sh/hook"]);
}

function refuse(value: string, allowed: string): never {
  throw new ConfigError([{ key: "from.chart", value, allowed }]);
}
