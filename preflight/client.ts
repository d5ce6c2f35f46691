import { execa, type Result } from "execa";
import { UserError } from "../progress/user-error";
import type { Cluster } from "../engine/engine";
import { manifestOf, referenceOf, type Manifest } from "../render/manifest";

/** The one field manager of every object that this engine applies. */
export const fieldManager = "sluice";

/** Seconds until an API server that doesn't answer counts as unreachable. */
const requestTimeout = "8s";

const keptKinds = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "jobs",
  "cronjobs",
  "pods",
  "services",
  "ingresses",
  "configmaps",
  "secrets",
  "persistentvolumeclaims",
];

interface CallOptions {
  readonly input?: string;
  /** Exit statuses besides 0 that are answers, not failures. */
  readonly accept?: readonly number[];
}

/** The kubectl program, aimed at one cluster. */
export class Kubectl {
  constructor(
    private readonly program: string,
    private readonly cluster: Cluster,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Asks whether the API server answers.
   *
   * @throws UserError within ten seconds where it does not.
   */
  async check(): Promise<void> {
    const result = await this.call(["get", "--raw", "/readyz", `--request-timeout=${requestTimeout}`], { accept: [1] });
    if (result.exitCode === 0) return;
    const where = this.cluster.context ?? this.cluster.kubeconfig ?? "the current context";
    throw new UserError(`the cluster ${this.cluster.name} (${where}) can't be reached: ${lastLine(result.stderr)}`);
  }

  /** Those of the objects that are there, as they are now. Kinds that the cluster doesn't know have no objects. */
  async live(manifests: readonly Manifest[]): Promise<Manifest[]> {
    if (manifests.length === 0) return [];
    const result = await this.call(["get", "--ignore-not-found", "-o", "json", "-f", "-"], {
      input: documents(manifests.map(referenceOf).map(manifestOf)),
      accept: [1],
    });
    const failures = result.stderr.split("\n").filter((line) => line !== "" && !isUnknownKind(line));
    if (failures.length > 0) throw new UserError(`kubectl get: ${failures.join("\n")}`);
    return objectsIn(result.stdout);
  }

  /** Those of the objects of one kind and label in a namespace. */
  async list(kind: string, namespace: string, selector: string): Promise<Manifest[]> {
    const args = ["get", kind, "--namespace", namespace, "--selector", selector, "--ignore-not-found", "-o", "json"];
    const result = await this.call(args);
    return objectsIn(result.stdout);
  }

  /** The objects of some kinds in every namespace. */
  async listAll(kinds: string): Promise<Manifest[]> {
    const result = await this.call(["get", kinds, "--all-namespaces", "--ignore-not-found", "-o", "json"]);
    return objectsIn(result.stdout);
  }

  /** One object, or nothing where it isn't there. */
  async get(kind: string, namespace: string, name: string): Promise<Manifest | undefined> {
    const result = await this.call(["get", kind, name, "--namespace", namespace, "--ignore-not-found", "-o", "json"]);
    return objectsIn(result.stdout)[0];
  }

  /** The objects in a namespace of those kinds that somebody would miss. */
  async contents(namespace: string): Promise<Manifest[]> {
    const result = await this.call([
      "get",
      keptKinds.join(","),
      "--namespace",
      namespace,
      "--ignore-not-found",
      "-o",
      "json",
    ]);
    return objectsIn(result.stdout);
  }

  /** The difference that applying the objects would make, as `kubectl diff` words it; empty where there is none. */
  async diff(manifests: readonly Manifest[], force: boolean): Promise<string> {
    if (manifests.length === 0) return "";
    const args = ["diff", "--server-side", `--field-manager=${fieldManager}`, `--force-conflicts=${force}`, "-f", "-"];
    const result = await this.call(args, { input: documents(manifests), accept: [1] });
    if (result.stderr.trim() !== "") throw this.failure("diff", result.stderr);
    return result.stdout;
  }

  /** Applies the objects, the server merging them with what other writers own. */
  async apply(manifests: readonly Manifest[], force: boolean): Promise<void> {
    const args = ["apply", "--server-side", `--field-manager=${fieldManager}`, `--force-conflicts=${force}`, "-f", "-"];
    await this.call(args, { input: documents(manifests) });
  }

  /** Deletes the objects and waits until they are gone; those that are gone already are fine. */
  async delete(manifests: readonly Manifest[]): Promise<void> {
    const references = manifests.map(referenceOf).map(manifestOf);
    const args = ["delete", "--ignore-not-found", "--wait=true", "--timeout=180s", "-f", "-"];
    const result = await this.call(args, { input: documents(references), accept: [1] });
    const failures = result.stderr
      .split("\n")
      .filter((line) => line !== "" && !isUnknownKind(line) && !line.startsWith("Warning:"));
    if (failures.length > 0) throw new UserError(`kubectl delete: ${failures.join("\n")}`);
  }

  private async call(
    args: readonly string[],
    { input, accept = [] }: CallOptions = {},
  ): Promise<Result & { stdout: string; stderr: string }> {
    const { kubeconfig, context } = this.cluster;
    const target = [...(kubeconfig ? ["--kubeconfig", kubeconfig] : []), ...(context ? ["--context", context] : [])];
    const result = await execa(this.program, [...target, ...args], {
      input: input ?? "",
      // A terminal's Ctrl-C reaches every child of the foreground: this one is to be ended by the signal, in order.
      detached: true,
      cancelSignal: this.signal,
      env: { KUBECTL_EXTERNAL_DIFF: undefined },
      reject: false,
    });
    this.signal.throwIfAborted();
    if (!result.failed || accept.includes(result.exitCode ?? -1)) return result;
    throw this.failure(args[0] ?? "", result.stderr);
  }

  private failure(verb: string, message: string): UserError {
    const isConflict = message.includes("conflict with");
    const advice = isConflict
      ? "\nanother writer owns these fields: --force-conflicts takes them back to what the stack says"
      : "";
    return new UserError(`kubectl ${verb}: ${message.trim()}${advice}`);
  }
}

/** What `kubectl get -o json` prints: a list, one object, or nothing. */
function objectsIn(json: string): Manifest[] {
  if (json.trim() === "") return [];
  const answer = JSON.parse(json) as Manifest & { items?: Manifest[] };
  return answer.items ?? [answer];
}

function documents(manifests: readonly unknown[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
}

function isUnknownKind(line: string): boolean {
  return /no matches for kind|ensure CRDs are installed first|doesn't have a resource type/.test(line);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
