import { randomUUID } from "node:crypto";
import { PatchStrategy, setHeaderOptions, type V1ConfigMap } from "@kubernetes/client-node";
import { partLabel, stackLabel } from "../../engine/record-labels";
import { UserError } from "../../progress/user-error";
import type { AskedCommand } from "../ports";
import type { RolloutState } from "../state";
import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";

const part = "rollout";
const commandPrefix = "command-";

/** How many rollouts of a stack are remembered. */
const rememberedRollouts = 20;

/** The bytes that a state may have: a ConfigMap holds 1 MiB, with what else is in it. */
const mostBytes = 900_000;

/** A stack's rollouts, each in a ConfigMap of the workload's namespace. */
export class RolloutRecords {
  /** The keys of commands that were handed out, by rollout: they go with the next state, which is what came of them. */
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly api: ClusterApi,
    private readonly stack: string,
    private readonly namespace: string,
  ) {}

  /**
   * The stack's rollouts, the last first.
   *
   * @throws UserError where a record can't be read.
   */
  async all(): Promise<RolloutState[]> {
    return (await this.list()).map(readState).sort((left, right) => right.id - left.id);
  }

  /** The stack's last rollout. */
  async last(): Promise<RolloutState | undefined> {
    return (await this.all())[0];
  }

  /** One rollout; nothing where it is not remembered. */
  async read(id: number): Promise<RolloutState | undefined> {
    const place = { name: this.nameOf(id), namespace: this.namespace };
    try {
      return readState(await this.api.core.readNamespacedConfigMap(place));
    } catch (error) {
      if (failureKind(error) === "not found") return undefined;
      throw error;
    }
  }

  /** Stores a state, in place of the one before. */
  async save(state: RolloutState): Promise<void> {
    const { core } = this.api;
    const { namespace, stack } = this;
    const name = this.nameOf(state.id);
    const { phase, step, spec, outcome = "" } = state;
    // What `kubectl get configmap -o yaml` should show without reading JSON.
    const summary = { phase, from: spec.from, to: spec.to, step: `${step} of ${spec.steps.length}`, outcome };
    const labels = { [stackLabel]: stack, [partLabel]: part };
    const body: V1ConfigMap = {
      metadata: { name, namespace, labels },
      data: { ...summary, state: textOf(state) },
    };
    const patch = { ...body, data: { ...body.data, ...this.forgotten(state.id) } };
    try {
      await core.patchNamespacedConfigMap({ name, namespace, body: patch }, mergePatch);
    } catch (error) {
      if (failureKind(error) !== "not found") throw error;
      await core.createNamespacedConfigMap({ namespace, body });
      await this.prune();
    }
    for (const key of Object.keys(patch.data)) this.taken.delete(key);
  }

  /** Asks something of whoever drives a rollout. */
  async ask(id: number, command: AskedCommand): Promise<void> {
    const key = `${commandPrefix}${Date.now()}-${randomUUID()}`;
    const body = { data: { [key]: JSON.stringify(command) } };
    await this.api.core.patchNamespacedConfigMap(
      { name: this.nameOf(id), namespace: this.namespace, body },
      mergePatch,
    );
  }

  /**
   * What was asked of a rollout since the last call, in order. It stays stored until a state is, so that it is not lost
   * with a driver that is killed before it has done what was asked.
   */
  async take(id: number): Promise<AskedCommand[]> {
    const place = { name: this.nameOf(id), namespace: this.namespace };
    const { data = {} } = await this.api.core.readNamespacedConfigMap(place);
    const keys = Object.keys(data)
      .filter((key) => key.startsWith(commandPrefix) && !this.taken.has(key))
      .sort();
    for (const key of keys) this.taken.set(key, id);
    return keys.map((key) => JSON.parse(data[key] ?? "") as AskedCommand);
  }

  /** How much was asked of a rollout of which nothing has come yet. */
  async pending(id: number): Promise<number> {
    const { data = {} } = await this.api.core.readNamespacedConfigMap({
      name: this.nameOf(id),
      namespace: this.namespace,
    });
    return Object.keys(data).filter((key) => key.startsWith(commandPrefix)).length;
  }

  /** Forgets the stack's rollouts, and says how many they were. */
  async remove(): Promise<number> {
    const all = await this.list();
    for (const { metadata } of all) await this.delete(metadata?.name ?? "");
    return all.length;
  }

  private forgotten(rollout: number): Record<string, null> {
    const keys = [...this.taken].filter(([, id]) => id === rollout).map(([key]) => key);
    return Object.fromEntries(keys.map((key) => [key, null]));
  }

  private async list(): Promise<V1ConfigMap[]> {
    const labelSelector = `${partLabel}=${part},${stackLabel}=${this.stack}`;
    return (await this.api.core.listNamespacedConfigMap({ namespace: this.namespace, labelSelector })).items;
  }

  private async prune(): Promise<void> {
    for (const { id } of (await this.all()).slice(rememberedRollouts)) await this.delete(this.nameOf(id));
  }

  private async delete(name: string): Promise<void> {
    await this.api.core.deleteNamespacedConfigMap({ name, namespace: this.namespace }).catch((error: unknown) => {
      if (failureKind(error) !== "not found") throw error;
    });
  }

  private nameOf(id: number): string {
    return `sluice-rollout-${this.stack}-${id}`;
  }
}

const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

function textOf(state: RolloutState): string {
  const text = JSON.stringify(state);
  const { rounds } = state;
  if (Buffer.byteLength(text) <= mostBytes || rounds.length === 0) return text;
  return textOf({ ...state, rounds: rounds.slice(Math.ceil(rounds.length / 10)) });
}

function readState({ metadata, data }: V1ConfigMap): RolloutState {
  try {
    return JSON.parse(data?.["state"] ?? "") as RolloutState;
  } catch {
    throw new UserError(
      `ConfigMap ${metadata?.namespace}/${metadata?.name} is no record of a rollout any more: delete it, or restore it from a backup`,
    );
  }
}
