import { randomUUID } from "node:crypto";
import { PatchStrategy, setHeaderOptions, type V1ConfigMap } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";
import { partLabel, rolloutPart, stackLabel } from "../../record/labels";
import { settledKey } from "../../record/read";
import { UserError } from "../../progress/user-error";
import type { AskedCommand } from "../ports";
import type { RolloutState } from "../state";
import { commandOf, isCommand, keyOfCommand, lapseMilliseconds, timeOf, type StoredCommand } from "./commands";
import { dataOf, readRecord, type Departure, type RecordData } from "./record-data";

/** How many rollouts of a stack are remembered. */
const rememberedRollouts = 20;

/** Thrown where another driver has changed a record since it was read, or somebody has removed it: nobody revives it. */
export class FencedError extends UserError {}

/** What is stored of a rollout, as far as this process knows. */
interface Known {
  readonly resourceVersion: string | undefined;
  readonly state: string | undefined;
}

/** What a stack's records hold. */
export interface StoredRollouts {
  /** The last first. */
  readonly rollouts: readonly RolloutState[];
  /** Those that can't be read, each with why; they stay as they are. */
  readonly unreadable: readonly string[];
}

/** What is stored of a rollout besides its state. */
export interface RecordNotes {
  /** What was asked of it and nothing has come of yet. */
  readonly pending: readonly AskedCommand[];
  /** How its driver has left it; nothing while it is driven, or where the driver was killed. */
  readonly departure?: Departure;
  /** When its state was stored, as ISO 8601. */
  readonly storedAt?: string;
}

/** A stack's rollouts, each in a ConfigMap of the workload's namespace. */
export class RolloutRecords {
  /** The keys of commands that were handed out, by rollout: they go with the next state, which is what came of them. */
  private readonly taken = new Map<string, number>();
  private readonly known = new Map<number, Known>();

  /** Who stores states: the identity of the lease's holder. */
  writer = "";

  constructor(
    private readonly api: Pick<ClusterApi, "core" | "connection">,
    private readonly stack: string,
    private readonly namespace: string,
  ) {}

  /** Where a stack's last rollout is kept; nothing where there is none in the whole cluster. */
  static async namespaceOf({ core }: Pick<ClusterApi, "core">, stack: string): Promise<string | undefined> {
    const labelSelector = `${partLabel}=${rolloutPart},${stackLabel}=${stack}`;
    const { items } = await core.listConfigMapForAllNamespaces({ labelSelector });
    const madeAt = ({ metadata }: V1ConfigMap) => metadata?.creationTimestamp?.getTime() ?? 0;
    return items.sort((left, right) => madeAt(right) - madeAt(left))[0]?.metadata?.namespace;
  }

  /** The stack's rollouts, and what can't be read of them. */
  async readAll(): Promise<StoredRollouts> {
    const records = (await this.list()).map((object) => readRecord(object));
    const rollouts = records.flatMap((record) => ("state" in record ? [record.state] : []));
    return {
      rollouts: rollouts.sort((left, right) => right.id - left.id),
      unreadable: records.flatMap((record) => ("trouble" in record ? [record.trouble] : [])),
    };
  }

  /** The stack's rollouts that can be read, the last first. */
  async all(): Promise<readonly RolloutState[]> {
    return (await this.readAll()).rollouts;
  }

  /**
   * The stack's last rollout.
   *
   * @throws UserError where that one can't be read: nobody knows whether it is over.
   */
  async last(): Promise<RolloutState | undefined> {
    const newest = await this.newest();
    return newest && demandState(newest);
  }

  /**
   * The stack's last rollout, for whoever has the lease and goes on with it: only what was read here, or stored, can be
   * replaced by {@link save}.
   *
   * @throws UserError where it can't be read.
   */
  async takeOver(): Promise<RolloutState | undefined> {
    const newest = await this.newest();
    if (!newest) return undefined;
    const state = demandState(newest);
    this.know(newest);
    return state;
  }

  /** One rollout; nothing where it is not remembered. */
  async read(id: number): Promise<RolloutState | undefined> {
    const object = await this.get(id);
    return object && demandState(object);
  }

  /**
   * Stores a state in place of the one that this process has taken over or stored before.
   *
   * @throws FencedError where somebody else has changed, removed or begun the rollout meanwhile.
   */
  async save(state: RolloutState): Promise<void> {
    const { id } = state;
    const data = dataOf(state, { writer: this.writer, at: this.time() });
    const known = this.known.get(id);
    const stored = await (known ? this.replace(id, data, known) : this.create(id, data));
    this.know(stored);
    for (const [key, rollout] of this.taken) if (rollout === id) this.taken.delete(key);
    if (!known) await this.prune();
  }

  /**
   * A rollout as it is stored, for a driver that was cut off and goes on.
   *
   * @throws FencedError where somebody else has changed or removed it.
   */
  async readOwn(id: number): Promise<RolloutState> {
    const found = await this.get(id);
    // What was stored without an answer is its own too.
    const isOwn = found?.data?.["state"] === this.known.get(id)?.state || found?.data?.["driver"] === this.writer;
    if (!found || !isOwn) throw this.fenced(id, found);
    const state = demandState(found);
    this.know(found);
    return state;
  }

  /** Notes that nobody drives a rollout from here on, and why; the next state that is stored takes the note away. */
  async leave(id: number, { by, why }: Omit<Departure, "at">): Promise<void> {
    const departure: Departure = { at: this.time(), by, why };
    await this.patch(id, { data: { left: JSON.stringify(departure) } });
  }

  /** Remembers that the stack's file says what a rollout has brought. */
  async settle(id: number): Promise<void> {
    await this.patch(id, { data: { [settledKey]: "true" } });
  }

  /** Asks something of whoever drives a rollout. */
  async ask(id: number, command: AskedCommand): Promise<void> {
    await this.patch(id, {
      data: { [keyOfCommand(this.api.connection.now(), randomUUID())]: JSON.stringify(command) },
    });
  }

  /**
   * What was asked of a rollout since the last call, in order. It stays stored until a state is, so that it is not lost
   * with a driver that is killed before it has done what was asked. What nobody has taken up in time is removed.
   *
   * @returns what is to be done, and what has lapsed or can't be read.
   */
  async take(
    id: number,
  ): Promise<{ readonly asked: readonly AskedCommand[]; readonly lapsed: readonly StoredCommand[] }> {
    const all = commandsIn(await this.demand(id)).filter(({ key }) => !this.taken.has(key));
    const lapsed = all.filter((one) => one.command === undefined || this.isLapsed(one));
    if (lapsed.length > 0) await this.patch(id, { data: Object.fromEntries(lapsed.map(({ key }) => [key, null])) });
    const asked = all.filter((one) => !lapsed.includes(one));
    for (const { key } of asked) this.taken.set(key, id);
    return { asked: asked.flatMap(({ command }) => command ?? []), lapsed };
  }

  /** What is stored of a rollout besides its state. */
  async notes(id: number): Promise<RecordNotes> {
    const object = await this.demand(id);
    const { left, storedAt } = object.data ?? {};
    const pending = commandsIn(object).filter((one) => !this.isLapsed(one));
    return {
      pending: pending.flatMap(({ command }) => command ?? []),
      ...(left !== undefined && { departure: JSON.parse(left) as Departure }),
      ...(storedAt !== undefined && { storedAt }),
    };
  }

  /** Forgets the stack's rollouts, and says how many they were. */
  async remove(): Promise<number> {
    const all = await this.list();
    for (const { metadata } of all) await this.delete(metadata?.name ?? "");
    return all.length;
  }

  private async create(id: number, data: RecordData): Promise<V1ConfigMap> {
    const labels = { [stackLabel]: this.stack, [partLabel]: rolloutPart };
    const body: V1ConfigMap = { metadata: { name: this.nameOf(id), namespace: this.namespace, labels }, data };
    try {
      return await this.api.core.createNamespacedConfigMap({ namespace: this.namespace, body });
    } catch (error) {
      if (failureKind(error) !== "conflict") throw error;
      const found = await this.get(id);
      // An earlier try may have gone through without an answer.
      if (found && isSame(found, data)) return found;
      throw new FencedError(`somebody else has begun rollout ${id} of ${this.stack} meanwhile: this driver ends`);
    }
  }

  private async replace(id: number, data: RecordData, known: Known): Promise<V1ConfigMap> {
    const commands = [...this.taken].filter(([, rollout]) => rollout === id).map(([key]) => [key, null] as const);
    const metadata = { resourceVersion: known.resourceVersion };
    const changes = { left: null, ...data, ...(Object.fromEntries(commands) as Record<string, null>) };
    try {
      return await this.patch(id, { metadata, data: changes });
    } catch (error) {
      const kind = failureKind(error);
      if (kind !== "conflict" && kind !== "not found") throw error;
      const found = await this.get(id);
      // Somebody has asked something of it, and nothing else has changed.
      if (found && found.data?.["state"] === known.state)
        return this.replace(id, data, { ...known, resourceVersion: found.metadata?.resourceVersion });
      // An earlier try may have gone through without an answer.
      if (found && isSame(found, data)) return found;
      throw this.fenced(id, found);
    }
  }

  private fenced(id: number, found: V1ConfigMap | undefined): FencedError {
    if (!found) return new FencedError(`rollout ${id} of ${this.stack} was removed meanwhile: this driver ends`);
    const { phase = "", outcome = "" } = found.data ?? {};
    return new FencedError(
      `another driver has gone on with rollout ${id} of ${this.stack} meanwhile: it is ${phase}${outcome && `, ${outcome}`}; this driver ends`,
    );
  }

  /** The API server's time: the clocks of the machines that work on a stack may differ. */
  private time(): string {
    return new Date(this.api.connection.now()).toISOString();
  }

  private isLapsed({ key }: StoredCommand): boolean {
    return this.api.connection.now() - timeOf(key) > lapseMilliseconds;
  }

  private async list(): Promise<V1ConfigMap[]> {
    const labelSelector = `${partLabel}=${rolloutPart},${stackLabel}=${this.stack}`;
    const { items } = await this.api.core.listNamespacedConfigMap({ namespace: this.namespace, labelSelector });
    return items;
  }

  private async get(id: number): Promise<V1ConfigMap | undefined> {
    try {
      return await this.api.core.readNamespacedConfigMap({ name: this.nameOf(id), namespace: this.namespace });
    } catch (error) {
      if (failureKind(error) === "not found") return undefined;
      throw error;
    }
  }

  private async demand(id: number): Promise<V1ConfigMap> {
    return this.api.core.readNamespacedConfigMap({ name: this.nameOf(id), namespace: this.namespace });
  }

  private async newest(): Promise<V1ConfigMap | undefined> {
    return (await this.list()).sort((left, right) => this.idOf(right) - this.idOf(left))[0];
  }

  private know({ metadata, data }: V1ConfigMap): void {
    this.known.set(this.idOf({ metadata }), {
      resourceVersion: metadata?.resourceVersion,
      state: data?.["state"],
    });
  }

  private patch(id: number, body: object): Promise<V1ConfigMap> {
    const place = { name: this.nameOf(id), namespace: this.namespace };
    return this.api.core.patchNamespacedConfigMap({ ...place, body }, mergePatch);
  }

  private async prune(): Promise<void> {
    const readable = await this.all();
    for (const { id } of readable.slice(rememberedRollouts)) await this.delete(this.nameOf(id));
  }

  private async delete(name: string): Promise<void> {
    await this.api.core.deleteNamespacedConfigMap({ name, namespace: this.namespace }).catch((error: unknown) => {
      if (failureKind(error) !== "not found") throw error;
    });
  }

  private nameOf(id: number): string {
    return `sluice-rollout-${this.stack}-${id}`;
  }

  private idOf({ metadata }: Pick<V1ConfigMap, "metadata">): number {
    return Number(metadata?.name?.slice(this.nameOf(0).length - 1));
  }
}

function demandState(object: V1ConfigMap): RolloutState {
  const record = readRecord(object);
  if ("trouble" in record) throw new UserError(record.trouble);
  return record.state;
}

const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

function commandsIn({ data = {} }: V1ConfigMap): StoredCommand[] {
  return Object.keys(data)
    .filter(isCommand)
    .sort()
    .map((key) => ({ key, command: commandOf(data[key]) }));
}

/** True where a record has what this process wanted to store: only its driver names itself so. */
function isSame({ data }: V1ConfigMap, wanted: RecordData): boolean {
  return data?.["state"] === wanted.state && data["driver"] === wanted.driver;
}
