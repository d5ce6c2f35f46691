import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../progress/user-error";

/** Options that choose a lab. */
export interface LabOptions {
  /** Its name, `sluice-lab` unless told; labs of different names run side by side. */
  name?: string | undefined;
  /** The port on 127.0.0.1 at which its API server is reached; 16443 for the default name, else derived from the name. */
  apiPort?: number | undefined;
  /** What it is to have that not every lab has, besides what it was given before. */
  with?: readonly LabPart[] | undefined;
}

/**
 * What a lab has only if it is asked for: the images, and charts if any, of Prometheus, Flagger, ingress-nginx, Traefik
 * and Istio, for a stack to deploy; and the kinds of Gateway API, or of Istio.
 */
export const labParts = [
  "prometheus",
  "flagger",
  "ingress-nginx",
  "traefik",
  "gateway-api",
  "istio-crds",
  "istio",
] as const;
export type LabPart = (typeof labParts)[number];

/** Everything that follows from a lab's name alone. */
export interface Lab {
  readonly name: string;
  readonly apiPort: number;
  /** Its optional parts: those that it was given before, and those asked for now. */
  readonly parts: readonly LabPart[];
  /** Everything the lab keeps on disk, except built programs and images. */
  readonly state: string;
  readonly logs: string;
  readonly run: string;
  readonly bin: string;
  readonly kubeconfig: string;
  /** The same, for the lab's own processes, which need no relay. */
  readonly innerKubeconfig: string;
  readonly profile: string;
  /** The folder of Pulumi's state. */
  readonly stacks: string;
  /** Network namespace in which the cluster lives. */
  readonly namespace: string;
  /** Network namespace from which requests are sent. */
  readonly clientNamespace: string;
  /** containerd's socket. */
  readonly socket: string;
  /** The cgroup under which the kubelet keeps its pods, without a leading slash. */
  readonly cgroup: string;
}

export const defaultName = "sluice-lab";
const defaultPort = 16443;

/** What a lab remembers of its creation. */
export interface LabRecord {
  apiPort: number;
  /** Its optional parts. */
  parts?: readonly LabPart[];
}

/** The file whose presence says that a folder is a lab's state, and may be removed with the lab. */
export const recordFile = "lab.json";

/**
 * Works out a lab's names and paths.
 *
 * @throws UserError when the name or the port is not allowed.
 */
export function identify(options: LabOptions): Lab {
  const name = options.name ?? defaultName;
  // The prefix keeps a name such as "docker" from meaning someone else's state folder, cgroup and namespaces.
  if (!/^sluice-[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new UserError(
      `"${name}" is not a name for a lab: it begins with "sluice-" and goes on with up to 32 of a-z, 0-9 and "-", such as sluice-test.`,
    );
  }
  const { apiPort } = options;
  if (apiPort !== undefined && !(Number.isInteger(apiPort) && apiPort > 0 && apiPort < 65536)) {
    throw new UserError(`${String(apiPort)} is not a port: --api-port takes a whole number from 1 to 65535.`);
  }
  const state = join("/var/lib", name);
  const record = readRecord(state);
  return {
    name,
    apiPort: apiPort ?? record?.apiPort ?? portFor(name),
    parts: labParts.filter((part) => record?.parts?.includes(part) || options.with?.includes(part)),
    state,
    logs: join(state, "logs"),
    run: join(state, "run"),
    bin: join(state, "bin"),
    kubeconfig: join(state, "kubeconfig"),
    innerKubeconfig: join(state, "inner.kubeconfig"),
    profile: join(state, "profile.yaml"),
    stacks: join(state, "pulumi"),
    namespace: name,
    clientNamespace: `${name}-client`,
    socket: join(state, "containerd.sock"),
    cgroup: name,
  };
}

/** The port of a lab that was not given one: stable for a name, and another for most other names. */
export function portFor(name: string): number {
  if (name === defaultName) return defaultPort;
  return defaultPort + 1 + (createHash("sha256").update(name).digest().readUInt16BE(0) % 1000);
}

/** What the lab in this state folder remembers, or nothing when there is none. */
export function readRecord(state: string): LabRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(state, recordFile), "utf8")) as LabRecord;
  } catch {
    return undefined;
  }
}

/** Path by which other programs enter a network namespace. */
export function namespacePath(namespace: string): string {
  return join("/run/netns", namespace);
}
