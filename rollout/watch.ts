import { failureKind } from "../cluster/errors";
import { isBaking } from "./bake";
import type { RolloutPorts } from "./ports";
import type { RolloutSpec } from "./spec";
import { deadlineOf, isEnding, isGoingBack, type RolloutEvent, type RolloutState } from "./state";

/** Milliseconds between two looks at what people ask, at the canary's pods, and at the stack's file. */
const watchMilliseconds = 1000;

/** Something that was seen of a rollout. */
interface Finding {
  readonly id: number;
  readonly what: RolloutEvent | RolloutSpec;
}

/** Watches for interruptions of a rollout: people's commands, crashing pods, the deadline, another version. */
export class Watch {
  private readonly controller = new AbortController();
  private readonly found: Finding[] = [];
  private arrived: () => void = () => undefined;
  private failure: Error | undefined;
  /** What could not be looked at, and was told. */
  private readonly told = new Set<string>();

  /** @param state the state as it is at any time. */
  constructor(
    private readonly state: () => RolloutState,
    private readonly ports: RolloutPorts,
    signal: AbortSignal,
  ) {
    void this.look(AbortSignal.any([signal, this.controller.signal])).catch((error: unknown) => {
      this.failure = error as Error;
      this.arrived();
    });
  }

  /**
   * The next thing that has happened, if any.
   *
   * @throws what keeps it from looking any more: a rollout that nobody watches must not go on.
   */
  take(): RolloutEvent | RolloutSpec | undefined {
    if (this.failure) throw this.failure;
    // Observations of a rollout don't apply to its successor; people's commands apply to both.
    const isCurrent = ({ id, what }: Finding) =>
      id === this.state().id || ("kind" in what && what.kind === "commanded");
    while (this.found[0] && !isCurrent(this.found[0])) this.found.shift();
    return this.found.shift()?.what;
  }

  /** Resolves once there may be something to take, or nothing more will come. */
  async arrival(): Promise<undefined> {
    if (this.found.length > 0 || this.failure) return undefined;
    return new Promise((resolve) => (this.arrived = () => resolve(undefined)));
  }

  /** Ends it. */
  close(): void {
    this.controller.abort();
  }

  private async look(signal: AbortSignal): Promise<void> {
    for (;;) {
      const state = this.state();
      const found = await this.lookOnce(state, signal);
      signal.throwIfAborted();
      this.found.push(...found.map((what) => ({ id: state.id, what })));
      if (found.length > 0) this.arrived();
      const { ports } = this;
      await ports.sleepUntil(ports.now() + watchMilliseconds, signal);
    }
  }

  private async lookOnce(state: RolloutState, signal: AbortSignal): Promise<(RolloutEvent | RolloutSpec)[]> {
    const { ports } = this;
    const at = ports.now();
    const asked = (await this.ifPossible(() => ports.commands(signal))) ?? [];
    if (asked.length > 0) return asked.map((one) => ({ kind: "commanded", at, ...one }));
    if (at >= (deadlineOf(state) ?? Infinity)) return [{ kind: "overdue", at }];
    if (isOver(state) || isGoingBack(state)) return [];
    const isOnTrial = !isEnding(state) && (!isPromoting(state) || isBaking(state));
    const [crash, alarm] = await Promise.all([
      this.ifPossible(() => ports.crash(state, signal)),
      isOnTrial ? this.ifPossible(() => ports.alarm(state, signal)) : undefined,
    ]);
    if (crash !== undefined) return [{ kind: "crashed", at, message: crash }];
    if (!isOnTrial) return [];
    if (alarm !== undefined) return [{ kind: "alarmed", at }];
    if (isPromoting(state)) return [];
    const successor = await this.ifPossible(() => ports.successor(state, signal));
    return successor ? [successor] : [];
  }

  /**
   * A cluster that is away, or a file that is just being written, can't be looked at: the next look may find it. What the
   * account may not look at is told once, because it stays so.
   */
  private async ifPossible<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
    try {
      return await look();
    } catch (error) {
      const { message } = error as Error;
      if (failureKind(error) === "forbidden" && !this.told.has(message)) {
        this.told.add(message);
        this.ports.tell({ severity: "warn", message: `the rollout is checked less: ${message}` }, this.state());
      }
      return undefined;
    }
  }
}

function isOver({ phase }: RolloutState): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

/** From here on another version waits until this one has taken its place. */
function isPromoting({ phase }: RolloutState): boolean {
  return phase === "Promoting" || phase === "Finalising" || phase === "Baking";
}
