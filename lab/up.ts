import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { addresses } from "./cluster/addresses";
import { askApi, apiReadiness, nodeReadiness } from "./cluster/api";
import { makeCertificates } from "./cluster/certificates";
import { makeCgroup } from "./cluster/cgroups";
import { writeConfiguration } from "./cluster/configuration";
import { applyDefinitions, type DefinitionFiles } from "./cluster/definitions";
import { writeKubeconfigs } from "./cluster/kubeconfig";
import { makeNetwork, networkExists } from "./cluster/network";
import { type Piece, pieces } from "./cluster/pieces";
import { insideSandbox, sandboxPid, startSandbox } from "./cluster/sandbox";
import { succeeds } from "./command";
import { stopEverything } from "./down";
import { type Lab, type LabRecord, namespacePath, recordFile } from "./identity";
import type { ImageArchive } from "./images/build";
import { loadImages } from "./images/load";
import { daemonState, ended, startDaemon } from "./processes/daemon";
import { startedAt } from "./processes/identity";
import type { ProgramFolders } from "./programs";
import { until } from "./wait";

/** What a lab is started from. */
export interface Supplies {
  readonly programs: ProgramFolders;
  /** The images that are there by now. */
  readonly archives: readonly ImageArchive[];
  /** The manifests of the kinds that its API is to know. */
  readonly definitions: readonly DefinitionFiles[];
}

/** Makes the lab's folders, certificates and configuration, as far as they are not there. */
export async function prepareState(lab: Lab, { programs }: Supplies, { signal }: StepContext): Promise<void> {
  await mkdir(lab.state, { recursive: true, mode: 0o755 });
  // First of all, since it is what allows the folder to be removed again.
  await writeFile(
    join(lab.state, recordFile),
    JSON.stringify({ apiPort: lab.apiPort, parts: lab.parts } satisfies LabRecord),
  );
  for (const folder of [lab.logs, lab.run, lab.bin, lab.stacks]) await mkdir(folder, { recursive: true });
  await makeCertificates(lab, signal);
  await writeKubeconfigs(lab);
  await writeConfiguration(lab);
  const linked = { kubectl: programs["kubectl"], helm: programs["helm"] };
  for (const [program, folder] of Object.entries(linked)) {
    const link = join(lab.bin, program);
    await rm(`${link}.new`, { force: true });
    await symlink(join(folder ?? "", program), `${link}.new`);
    await rename(`${link}.new`, link);
  }
}

/** Makes the namespaces and the sandbox, unless they are there and whole. */
export async function prepareSandbox(
  lab: Lab,
  { programs }: Supplies,
  { signal, report }: StepContext,
): Promise<string> {
  if (sandboxPid(lab) !== undefined && networkExists(lab)) return "there already";
  await stopEverything(lab, report);
  report("namespaces");
  await makeNetwork(lab, signal);
  await startSandbox(lab, join(programs["tools"] ?? "", "pause"), signal);
  return `namespaces ${lab.namespace} and ${lab.clientNamespace}`;
}

async function ensure(lab: Lab, piece: Piece, programs: ProgramFolders, signal: AbortSignal): Promise<void> {
  if (daemonState(lab, piece.name).running) return;
  const command = piece.command(lab, programs);
  if (piece.place === "outside") {
    await startDaemon(lab, { name: piece.name, command, depth: 0 }, signal);
    return;
  }
  const sandbox = sandboxPid(lab);
  if (sandbox === undefined) throw new UserError(ended(lab, "sandbox") ?? "The lab's sandbox does not run.");
  await startDaemon(lab, { name: piece.name, command: insideSandbox(sandbox, command), depth: 1 }, signal);
}

/**
 * Starts etcd, the API server and what works through it, as far as they do not run, and has the kinds defined that the
 * lab's parts bring.
 *
 * @returns how many kinds those are.
 */
export async function startControlPlane(lab: Lab, supplies: Supplies, context: StepContext): Promise<number> {
  const { programs, definitions } = supplies;
  const { signal, report } = context;
  const start = (piece: Piece) => ensure(lab, piece, programs, signal);
  await Promise.all([start(pieces.etcd), start(pieces.relay)]);
  await start(pieces.apiserver);
  report("API server");
  const hopeless = () => ended(lab, "apiserver") ?? ended(lab, "etcd") ?? ended(lab, "relay");
  const wait = { what: "the API server is ready", seconds: 90, signal, hopeless };
  await until(wait, async () => (await apiReadiness(lab)).ready);
  await Promise.all([start(pieces.controllerManager), start(pieces.scheduler), start(pieces.dns)]);
  const defined = await applyDefinitions(lab, definitions, programs, context);
  report("name server");
  await untilNamesAreKnown(lab, programs, signal);
  return defined;
}

/** A pod that starts any sooner could be told that a Service does not exist. */
async function untilNamesAreKnown(lab: Lab, programs: ProgramFolders, signal: AbortSignal): Promise<void> {
  const asked = [join(programs["tools"] ?? "", "wget"), `http://${addresses.dnsReadiness}/ready`];
  const hopeless = () => ended(lab, "dns");
  await until({ what: "the name server knows the cluster's names", seconds: 60, signal, hopeless }, () =>
    succeeds("nsenter", [`--net=${namespacePath(lab.namespace)}`, ...asked], { signal }),
  );
}

/** Starts the container runtime, if it does not run, and gives it the images that are there by now. */
export async function startRuntime(lab: Lab, supplies: Supplies, context: StepContext): Promise<number> {
  const { signal } = context;
  await ensure(lab, pieces.containerd, supplies.programs, signal);
  const wait = { what: "containerd answers", seconds: 60, signal, hopeless: () => ended(lab, "containerd") };
  await until(wait, () => existsSync(lab.socket) && succeeds("ctr", ["-a", lab.socket, "version"], { signal }));
  return loadImages(lab, supplies.archives, context);
}

/** Starts the node, as far as it does not run, and waits until it takes pods. */
export async function startNode(lab: Lab, { programs }: Supplies, { signal, report }: StepContext): Promise<void> {
  await makeCgroup(lab);
  await Promise.all([pieces.kubelet, pieces.kubeProxy].map((piece) => ensure(lab, piece, programs, signal)));
  report("node");
  const kubelet = daemonState(lab, "kubelet");
  // A Ready from before this kubelet's start is the word of its predecessor. Times in the API are whole seconds.
  const since = kubelet.running ? startedAt(kubelet.identity).getTime() - 1000 : 0;
  let last = "";
  const hopeless = () => ended(lab, "kubelet") ?? ended(lab, "kube-proxy");
  try {
    await until({ what: "the node is Ready", seconds: 120, signal, hopeless }, async () => {
      const { ready, detail, heartbeat } = await nodeReadiness(lab);
      last = detail;
      return ready && (heartbeat?.getTime() ?? 0) >= since;
    });
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    throw new UserError(`${error.message} It says: ${last}`, undefined, { cause: error });
  }
  report("service account");
  const account = "/api/v1/namespaces/default/serviceaccounts/default";
  const manager = () => ended(lab, "controller-manager");
  await until({ what: "pods can be created", seconds: 60, signal, hopeless: manager }, async () => {
    return (await askApi(lab, account, { signal })).status === 200;
  });
}
