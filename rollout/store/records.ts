import { randomUUID } from "node:crypto";
import type { V1ConfigMap } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";
import { settledKey } from "../../record/read";
import { UserError } from "../../progress/user-error";
import type { AskedCommand } from "../ports";
import type { RolloutState } from "../state";
import { commandsIn, keyOfCommand, lapseMilliseconds, timeOf, type StoredCommand } from "./commands";
import { dataOf, demandState, readRecord, type Departure, type RecordData } from "./record-data";
import { RecordObjects } from "./record-objects";

/** How many rollouts of a stack are remembered. */
const rememberedRollouts = 20;

/** Thrown if another driver has changed a record since it was read, or somebody has removed it: nobody revives it. */
export class FencedError extends UserError {
  override readonly code = "SLUICE1503";
}

/** What is stored of a rollout, as far as this process knows. */
interface Known {
  readonly resourceVersion: string | undefined;
  readonly state: string | undefined;
}

/** What is to be stored, and the commands that have come to it. */
interface Change {
  readonly data: RecordData;
  readonly handled: readonly string[];
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
  /** What was asked of it and nobody has taken up in time. */
  readonly lapsed: readonly AskedCommand[];
  /** How its driver has left it; nothing while it is driven, or if the driver was killed. */
  readonly departure?: Departure;
  /** When its state was stored, as ISO 8601. */
  readonly storedAt?: string;
}

/** A stack's rollouts, each in a ConfigMap of the workload's namespace. */
export class RolloutRecords {
  /** The keys of commands that were handed out, by rollout: they go with the next state, which is what came of them. */
  private readonly taken = new Map<string, number>();
  private readonly known = new Map<number, Known>();
  private readonly objects: RecordObjects;

  /** Who stores states: the identity of the lease's holder. */
  writer = "";

  constructor(
    private readonly api: Pick<ClusterApi, "core" | "connection">,
    private readonly stack: string,
    namespace: string,
  ) {
    this.objects = new RecordObjects(api.core, stack, namespace);
  }

  /** The stack's rollouts, and what can't be read of them. */
  async readAll(): Promise<StoredRollouts> {
    const records = (await this.objects.list()).map((object) => readRecord(object));
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
   * @throws UserError if that one can't be read: nobody knows whether it is over.
   */
  async last(): Promise<RolloutState | undefined> {
    const newest = await this.objects.newest();
    return newest && demandState(newest);
  }

  /**
   * The stack's last rollout, for the process that has the lease and continues it: only what was read here, or stored, can be
   * replaced by {@link save}.
   *
   * @throws UserError if it can't be read.
   */
  async takeOver(): Promise<RolloutState | undefined> {
    const newest = await this.objects.newest();
    if (!newest) return undefined;
    const state = demandState(newest);
    this.know(newest);
    return state;
  }

  /** One rollout; nothing if it is not remembered. */
  async read(id: number): Promise<RolloutState | undefined> {
    const object = await this.objects.get(id);
    return object && demandState(object);
  }

  /**
   * Stores a state in place of the one that this process has taken over or stored before.
   *
   * @throws FencedError if somebody else has changed, removed or begun the rollout meanwhile.
   */
  async save(state: RolloutState): Promise<void> {
    const { id } = state;
    const data = dataOf(state, { writer: this.writer, at: this.time() });
    const known = this.known.get(id);
    const handled = [...this.taken].filter(([, rollout]) => rollout === id).map(([key]) => key);
    const stored = await (known ? this.replace(id, { data, handled }, known) : this.create(id, data));
    this.know(stored);
    for (const key of handled) this.taken.delete(key);
    if (!known) await this.prune();
  }

  /**
   * A rollout as it is stored, for a driver that was cut off and goes on.
   *
   * @throws FencedError if somebody else has changed or removed it.
   */
  async readOwn(id: number): Promise<RolloutState> {
    const found = await this.objects.get(id);
    // What was stored without an answer is its own too.
    const isOwn = found?.data?.["state"] === this.known.get(id)?.state || found?.data?.["driver"] === this.writer;
    if (!found || !isOwn) throw this.fenced(id, found);
    const state = demandState(found);
    this.know(found);
    return state;
  }

  /** Notes that a rollout has no driver any more, and why; the next state that is stored takes the note away. */
  async leave(id: number, { by, why }: Omit<Departure, "at">): Promise<void> {
    const departure: Departure = { at: this.time(), by, why };
    await this.objects.patch(id, { data: { left: JSON.stringify(departure) } });
  }

  /** Remembers that the stack's file says what a rollout has brought. */
  async settle(id: number): Promise<void> {
    await this.objects.patch(id, { data: { [settledKey]: "true" } });
  }

  /** Stores a command for the rollout's driver. */
  async ask(id: number, command: AskedCommand): Promise<void> {
    await this.objects.patch(id, {
      data: { [keyOfCommand(this.api.connection.now(), randomUUID())]: JSON.stringify(command) },
    });
  }

  /**
   * What was asked of a rollout since the last call, in order. It stays stored until a state is, so that it is not lost
   * if the driver is killed before it has done what was asked. Expired commands are removed.
   *
   * @returns what is to be done, and what has lapsed or can't be read.
   */
  async take(
    id: number,
  ): Promise<{ readonly asked: readonly AskedCommand[]; readonly lapsed: readonly StoredCommand[] }> {
    const all = commandsIn(await this.objects.demand(id)).filter(({ key }) => !this.taken.has(key));
    const lapsed = all.filter((one) => one.command === undefined || this.isLapsed(one));
    if (lapsed.length > 0)
      await this.objects.patch(id, { data: Object.fromEntries(lapsed.map(({ key }) => [key, null])) });
    const asked = all.filter((one) => !lapsed.includes(one));
    for (const { key } of asked) this.taken.set(key, id);
    return { asked: asked.flatMap(({ command }) => command ?? []), lapsed };
  }

  /** What is stored of a rollout besides its state. */
  async notes(id: number): Promise<RecordNotes> {
    const object = await this.objects.demand(id);
    const { left, storedAt } = object.data ?? {};
    const all = commandsIn(object);
    const asked = (lapsed: boolean) =>
      all.filter((one) => this.isLapsed(one) === lapsed).flatMap(({ command }) => command ?? []);
    return {
      pending: asked(false),
      lapsed: asked(true),
      ...(left !== undefined && { departure: JSON.parse(left) as Departure }),
      ...(storedAt !== undefined && { storedAt }),
    };
  }

  /** True from when somebody has asked to abort a rollout until its record says what came of that. */
  async isAbortAsked(id: number): Promise<boolean> {
    return (await this.notes(id)).pending.some(({ command }) => command === "abort");
  }

  /** Forgets the stack's rollouts, and says how many they were. */
  async remove(): Promise<number> {
    const all = await this.objects.list();
    for (const one of all) await this.objects.delete(this.objects.idOf(one));
    return all.length;
  }

  private async create(id: number, data: RecordData): Promise<V1ConfigMap> {
    try {
      return await this.objects.create(id, data);
    } catch (error) {
      if (failureKind(error) !== "conflict") throw error;
      const found = await this.objects.get(id);
      // An earlier try may have gone through without an answer.
      if (found && isSame(found, data)) return found;
      throw new FencedError(`another process has started rollout ${id} of ${this.stack}: this driver stops`);
    }
  }

  private async replace(id: number, change: Change, known: Known): Promise<V1ConfigMap> {
    const { data, handled } = change;
    const metadata = { resourceVersion: known.resourceVersion };
    const changes = { left: null, ...data, ...Object.fromEntries(handled.map((key) => [key, null])) };
    try {
      return await this.objects.patch(id, { metadata, data: changes });
    } catch (error) {
      const kind = failureKind(error);
      if (kind !== "conflict" && kind !== "not found") throw error;
      const found = await this.objects.get(id);
      // Somebody has asked something of it, and nothing else has changed.
      if (found && found.data?.["state"] === known.state)
        return this.replace(id, change, { ...known, resourceVersion: found.metadata?.resourceVersion });
      // An earlier try may have gone through without an answer.
      if (found && isSame(found, data)) return found;
      throw this.fenced(id, found);
    }
  }

  private fenced(id: number, found: V1ConfigMap | undefined): FencedError {
    if (!found) return new FencedError(`the record of rollout ${id} of ${this.stack} was removed: this driver stops`);
    const { phase = "", outcome = "" } = found.data ?? {};
    return new FencedError(
      `another driver has taken over rollout ${id} of ${this.stack}: it is ${phase}${outcome && `, ${outcome}`}; this driver stops`,
    );
  }

  /** The API server's time: the clocks of the machines that work on a stack may differ. */
  private time(): string {
    return new Date(this.api.connection.now()).toISOString();
  }

  private isLapsed({ key }: StoredCommand): boolean {
    return this.api.connection.now() - timeOf(key) > lapseMilliseconds;
  }

  private know({ metadata, data }: V1ConfigMap): void {
    this.known.set(this.objects.idOf({ metadata }), {
      resourceVersion: metadata?.resourceVersion,
      state: data?.["state"],
    });
  }

  private async prune(): Promise<void> {
    const readable = await this.all();
    for (const { id } of readable.slice(rememberedRollouts)) await this.objects.delete(id);
  }
}

/** True if a record has what this process wanted to store: only its driver names itself so. */
function isSame({ data }: V1ConfigMap, wanted: RecordData): boolean {
  return data?.["state"] === wanted.state && data["driver"] === wanted.driver;
}
