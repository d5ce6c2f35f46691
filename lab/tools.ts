import { join } from "node:path";
import { run } from "./command";
import { onPath } from "../sources/find-program";
import {
  flaggerModule,
  flaggerVersion,
  type GoModule,
  helmModule,
  ingressNginxModule,
  ingressNginxPath,
  istioctlModule,
  istiodModule,
  istioPath,
  kubectlModule,
  metallbModule,
  metallbVersion,
  type PinnedModule,
} from "./modules";
import { buildPrograms } from "./programs";
import { goVersion } from "./programs";

type Report = (detail: string) => void;

async function programOf(module: GoModule, program: string, signal: AbortSignal, report: Report): Promise<string> {
  const found = onPath(program);
  if (found !== undefined) return found;
  const folders = await buildPrograms([module], { signal, report });
  return join(folders[module.name] ?? "", program);
}

/** The path of helm: the one on PATH, else one built from its Go module. */
export function helmProgram(signal: AbortSignal, report: Report): Promise<string> {
  return programOf(helmModule, "helm", signal, report);
}

/** The path of kubectl: the one on PATH, else one built from its Go module. */
export function kubectlProgram(signal: AbortSignal, report: Report): Promise<string> {
  return programOf(kubectlModule, "kubectl", signal, report);
}

/** The path of istioctl: the one on PATH, else one built from its Go module. */
export function istioctlProgram(signal: AbortSignal, report: Report): Promise<string> {
  return programOf(istioctlModule, "istioctl", signal, report);
}

/** The charts that lie in a Go module of what they install: the lab's module that pins it, and the module's name. */
const chartModules = {
  metallb: { module: metallbModule, path: "go.universe.tf/metallb" },
  flagger: { module: flaggerModule, path: "github.com/fluxcd/flagger" },
  "ingress-nginx": { module: ingressNginxModule, path: ingressNginxPath },
  istiod: { module: istiodModule, path: istioPath, place: "manifests/charts/istio-control/istio-discovery" },
  "istio-gateway": { module: istiodModule, path: istioPath, place: "manifests/charts/gateway" },
} as const satisfies Readonly<Record<string, { module: GoModule; path: string; place?: string }>>;

/** A chart that comes from a Go module. */
export type ModuleChart = keyof typeof chartModules;

/** The path of a project's own chart in its Go module, which is fetched if need be. */
export async function chartFromModule(chart: ModuleChart, signal: AbortSignal, report: Report): Promise<string> {
  const source = chartModules[chart];
  const place = "place" in source ? source.place : join("charts", chart);
  return join(await moduleFolder(source.module, source.path, signal, report), place);
}

/** The charts that a project's Go module and its chart repository have alike, with the version that the lab's modules pin. */
const releasedCharts = { metallb: metallbVersion, flagger: flaggerVersion };

/** The path of a chart in its project's Go module; nothing if the module doesn't have that version. */
export async function releasedChart(
  chart: string,
  version: string | undefined,
  signal: AbortSignal,
  report: Report,
): Promise<string | undefined> {
  if (chart !== "metallb" && chart !== "flagger") return undefined;
  return version === releasedCharts[chart] ? chartFromModule(chart, signal, report) : undefined;
}

/**
 * The folder of a Go module, which is fetched if need be.
 *
 * @param module the lab's module that pins it.
 * @param path the module's name, such as `sigs.k8s.io/gateway-api`.
 */
export async function moduleFolder(
  module: PinnedModule,
  path: string,
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  await goVersion(signal);
  report(`the module ${path}`);
  const options = { cwd: module.directory, env: { GOWORK: "off" }, signal };
  const answer = await run("go", ["mod", "download", "-json", path], options);
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
