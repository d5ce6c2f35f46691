import { apiReadiness, nodeReadiness } from "./cluster/api";
import { checkDefinitions } from "./cluster/definitions";
import { networkExists } from "./cluster/network";
import { allPieces } from "./cluster/pieces";
import { sandboxPid } from "./cluster/sandbox";
import { identify, type Lab, type LabOptions, readRecord } from "./identity";
import { loadedImages } from "./images/load";
import { contentsOf, imagesOf } from "./parts";
import { type DaemonState, daemonState } from "./processes/daemon";

/** One piece of a lab. */
export interface PieceStatus {
  readonly piece: string;
  readonly running: boolean;
  /** In plain English: what it does or, where it does not run, why not. */
  readonly detail: string;
  readonly pid?: number;
  readonly log?: string;
  /** The end of its log, where it does not run. */
  readonly lastLines?: string;
}

/** What of a lab runs. */
export interface LabStatus {
  readonly name: string;
  /** `degraded`: some of it. */
  readonly state: "running" | "degraded" | "stopped";
  readonly api: string;
  readonly kubeconfig: string;
  readonly pieces: readonly PieceStatus[];
}

/** Asks every piece of a lab how it is; takes a fraction of a second. */
export async function labStatus(options: LabOptions = {}): Promise<LabStatus> {
  const lab = identify(options);
  const asked = await Promise.all([
    ...allPieces.map(({ name }) =>
      name === "apiserver" ? apiserver(lab) : Promise.resolve(process(name, daemonState(lab, name))),
    ),
    node(lab),
    images(lab),
  ]);
  const result = [network(lab), sandbox(lab), ...asked, ...(await definitions(lab))];
  return {
    name: lab.name,
    state: overall(result, readRecord(lab.state) !== undefined),
    api: `https://127.0.0.1:${lab.apiPort}`,
    kubeconfig: lab.kubeconfig,
    pieces: result,
  };
}

/** What a lab's pieces make of it as a whole. */
export function overall(statuses: readonly PieceStatus[], exists: boolean): LabStatus["state"] {
  if (statuses.every(({ running }) => running)) return "running";
  return exists || statuses.some(({ running }) => running) ? "degraded" : "stopped";
}

/** A process in plain English. */
export function process(piece: string, state: DaemonState): PieceStatus {
  if (state.running) return { piece, running: true, detail: "runs", pid: state.identity.pid, log: state.log };
  if (state.lastLines === "" && state.exitCode === undefined) return { piece, running: false, detail: "not started" };
  const how = state.exitCode === undefined ? "was killed" : howEnded(state.exitCode);
  return { piece, running: false, detail: how, log: state.log, lastLines: state.lastLines };
}

function howEnded(code: number): string {
  // A shell reports a death by signal as 128 and the signal's number.
  return code > 128 ? `was killed by signal ${code - 128}` : `ended with exit code ${code}`;
}

function network(lab: Lab): PieceStatus {
  const running = networkExists(lab);
  const names = `${lab.namespace}, ${lab.clientNamespace}`;
  return { piece: "network", running, detail: running ? names : `not both of ${names} are there` };
}

function sandbox(lab: Lab): PieceStatus {
  const status = process("sandbox", daemonState(lab, "sandbox"));
  if (!status.running || sandboxPid(lab) !== undefined) return status;
  return { ...status, running: false, detail: `is not in the network namespace ${lab.namespace}` };
}

async function apiserver(lab: Lab): Promise<PieceStatus> {
  const status = process("apiserver", daemonState(lab, "apiserver"));
  if (!status.running || !daemonState(lab, "relay").running) return status;
  const { ready, detail } = await apiReadiness(lab);
  return { ...status, running: ready, detail };
}

async function node(lab: Lab): Promise<PieceStatus> {
  const blocker = ["apiserver", "relay", "kubelet"].find((name) => !daemonState(lab, name).running);
  if (blocker !== undefined) return { piece: "node", running: false, detail: `not known without ${blocker}` };
  const { ready, detail } = await nodeReadiness(lab);
  return { piece: "node", running: ready, detail };
}

async function images(lab: Lab): Promise<PieceStatus> {
  const piece = "images";
  if (!daemonState(lab, "containerd").running) return { piece, running: false, detail: "not known without containerd" };
  try {
    const loaded = await loadedImages(lab);
    const wanted = imagesOf(lab.parts);
    const missing = wanted.filter(({ reference }) => !loaded.includes(reference)).map(({ reference }) => reference);
    const detail = missing.length === 0 ? `${wanted.length} loaded` : `missing: ${missing.join(", ")}`;
    return { piece, running: missing.length === 0, detail };
  } catch (error) {
    return { piece, running: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** The kinds of the lab's parts, where any of them brings some. */
async function definitions(lab: Lab): Promise<PieceStatus[]> {
  const wanted = contentsOf(lab.parts).definitions.map(({ path }) => path);
  if (wanted.length === 0) return [];
  const piece = "definitions";
  const blocker = ["apiserver", "relay"].find((name) => !daemonState(lab, name).running);
  if (blocker !== undefined) return [{ piece, running: false, detail: `not known without ${blocker}` }];
  try {
    const { defined, lacking } = await checkDefinitions(lab, wanted);
    const detail = lacking.length === 0 ? `${defined} kinds defined` : `missing: ${lacking.join(", ")}`;
    return [{ piece, running: lacking.length === 0, detail }];
  } catch (error) {
    return [{ piece, running: false, detail: error instanceof Error ? error.message : String(error) }];
  }
}
