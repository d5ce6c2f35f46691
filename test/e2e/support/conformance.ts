import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { readClusterProfile } from "../../../cluster/profile";
import { packageFolder } from "../../../package-folder";
import { loadImages } from "../../../lab/images/load";
import { buildImages, type ImageArchive } from "../../../lab/images/build";
import { identify } from "../../../lab/identity";
import type { GoModule } from "../../../lab/modules";
import { buildPrograms } from "../../../lab/programs";
import { quietContext } from "../../unit/support/quiet-context";
import { kubectl, testLab } from "./lab";

/** Gateway API's conformance tests, and the server that they send their requests to. */
const tests: GoModule = {
  name: "conformance",
  directory: join(packageFolder, "test", "e2e", "conformance"),
  programs: { conformance: ".", "echo-basic": "sigs.k8s.io/gateway-api/conformance/echo-basic" },
};

const echo = "registry.lab/echo-basic:1";

/** What one of the suite's tests came to, with what it printed where it failed. */
export interface ConformanceResult {
  readonly outcome: "PASS" | "FAIL" | "SKIP";
  /** How many of its own parts passed. */
  readonly passed: number;
  readonly output: string;
}

/** Builds the tests and has the lab know the image of their server. */
export async function buildConformance(): Promise<string> {
  const folders = await buildPrograms([tests], quietContext);
  const image = { reference: echo, content: { kind: "program", module: tests.name, program: "echo-basic" } } as const;
  const archives: ImageArchive[] = [];
  await buildImages([image], folders, archives, quietContext);
  await loadImages(identify({ name: testLab.name, apiPort: testLab.port }), archives, quietContext);
  return join(folders[tests.name] ?? "", "conformance");
}

/**
 * Runs tests of the suite from where the lab's clients are, who reach the addresses that MetalLB gives.
 *
 * @returns what each came to, by its name.
 */
export async function runConformance(
  program: string,
  className: string,
  names: readonly string[],
): Promise<Readonly<Record<string, ConformanceResult>>> {
  const [command = "", ...client] = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  const args = [`-gateway-class=${className}`, `-only=${names.join()}`, `-echo=${echo}`, "-test.v"];
  const { stdout } = await execa(command, [...client, program, ...args], {
    cwd: tests.directory,
    env: { KUBECONFIG: await kubeconfigForClients() },
    reject: false,
  });
  return Object.fromEntries(names.map((name) => [name, resultOf(stdout, name)]));
}

/** The API server by the node's address: clients have a network namespace of their own, and no way to 127.0.0.1. */
async function kubeconfigForClients(): Promise<string> {
  const config = parse(await kubectl("config", "view", "--raw", "--flatten")) as {
    clusters: { cluster: Record<string, string> }[];
  };
  for (const { cluster } of config.clusters) {
    cluster["server"] = "https://192.168.10.1:6443";
    cluster["tls-server-name"] = "127.0.0.1";
  }
  const file = `/var/lib/${testLab.name}/kubeconfig-for-clients`;
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

function resultOf(output: string, name: string): ConformanceResult {
  const title = `Conformance/${name}`;
  const [, outcome] = new RegExp(`^ *--- (PASS|FAIL|SKIP): ${title} `, "m").exec(output) ?? [];
  const passed = output.match(new RegExp(`^ *--- PASS: ${title}/`, "gm"))?.length ?? 0;
  const start = output.indexOf(`=== RUN   ${title}\n`);
  const lines = start < 0 ? output.slice(-4000) : output.slice(start, start + 20_000);
  return { outcome: (outcome ?? "FAIL") as ConformanceResult["outcome"], passed, output: lines };
}
