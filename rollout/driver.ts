import { advance, begin } from "./machine";
import { UpdateError, type RolloutPorts } from "./ports";
import type { RolloutSpec } from "./spec";
import { isEnded, isGoingBack, type Activity, type RolloutEvent, type RolloutState } from "./state";
import { abandonedBy, supersede } from "./supersede";
import { Watch } from "./watch";

/** How a rollout is driven. */
export interface DriveOptions {
  /** Ends the driver; the state stays, for another one to go on with. */
  readonly signal: AbortSignal;
  /** Is told each state once it is stored. */
  readonly onState?: (state: RolloutState) => void;
}

/**
 * Drives a rollout to its end: does what the state says, and stores each state before anything is done for it, so that
 * another driver can go on from there at any time.
 *
 * @throws the signal's reason once it is aborted, and what storing the state throws.
 */
export async function drive(first: RolloutState, ports: RolloutPorts, options: DriveOptions): Promise<RolloutState> {
  try {
    return await driveOn(await keep(first, ports, options), ports, options);
  } catch (error) {
    // What is cut short may reject with an error of its own.
    options.signal.throwIfAborted();
    throw error;
  }
}

async function driveOn(first: RolloutState, ports: RolloutPorts, options: DriveOptions): Promise<RolloutState> {
  let state = first;
  let running = start(state, ports, options.signal);
  const watch = new Watch(() => state, ports, options.signal);
  try {
    while (!isEnded(state)) {
      const happened = watch.take() ?? (await Promise.race([running.event, watch.arrival()]));
      options.signal.throwIfAborted();
      if (!happened) continue;
      const next = await react(state, happened, ports, options);
      if (next.activity !== state.activity) {
        // Don't wait for the running activity to end: users come first.
        if (isGoingBack(next) && !isGoingBack(state)) await ports.withdraw(next, options.signal).catch(() => undefined);
        await running.stop();
        running = start(next, ports, options.signal);
      }
      state = next;
    }
    return state;
  } finally {
    watch.close();
    await running.stop();
  }
}

async function react(
  state: RolloutState,
  happened: RolloutEvent | RolloutSpec,
  ports: RolloutPorts,
  options: DriveOptions,
): Promise<RolloutState> {
  if (!("kind" in happened)) return startOver(state, happened, ports, options);
  const { state: next, notices } = advance(state, happened);
  if (next === state) return state;
  const stored = await keep(next, ports, options);
  for (const notice of notices) ports.tell(notice, stored);
  return stored;
}

async function startOver(
  state: RolloutState,
  next: RolloutSpec,
  ports: RolloutPorts,
  options: DriveOptions,
): Promise<RolloutState> {
  const { spec, id } = state;
  if (next.to === spec.to && next.checksum === spec.checksum) return state;
  const at = ports.now();
  const begun = begin({ ...next, ...abandonedBy(spec, next) }, id + 1, at);
  const ended = supersede(state, next.to === spec.to ? `another ${next.to}` : next.to, at);
  // Store the new rollout first: after a kill in between, the next driver must find an unfinished one.
  await ports.save(begun, options.signal);
  await keep(ended, ports, options);
  ports.tell({ severity: "warn", message: `${ended.outcome}: starting over from 0 with ${next.to}` }, ended);
  options.onState?.(begun);
  return begun;
}

async function keep(
  state: RolloutState,
  ports: RolloutPorts,
  { signal, onState }: DriveOptions,
): Promise<RolloutState> {
  await ports.save(state, signal);
  onState?.(state);
  return state;
}

/** An activity that is under way. */
interface Running {
  readonly event: Promise<RolloutEvent>;
  /** Ends it, and waits until it has. */
  stop(): Promise<void>;
}

function start(state: RolloutState, ports: RolloutPorts, signal: AbortSignal): Running {
  const controller = new AbortController();
  const event = perform(state, state.activity, ports, AbortSignal.any([signal, controller.signal]));
  event.catch(() => undefined);
  return {
    event,
    stop: async () => {
      controller.abort();
      await event.catch(() => undefined);
    },
  };
}

async function perform(
  state: RolloutState,
  activity: Activity,
  ports: RolloutPorts,
  signal: AbortSignal,
): Promise<RolloutEvent> {
  const since = ports.now();
  switch (activity.kind) {
    case "update":
      try {
        const updated = await ports.update(state, activity.routing, signal);
        return { kind: "updated", at: ports.now(), ...updated };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UpdateError)) throw error;
        return { kind: "updateFailed", at: ports.now(), cause: error.cause, message: error.message };
      }
    case "gate": {
      const answer = await ports.ask(state, activity.type, signal);
      return { kind: "answered", at: ports.now(), ...answer };
    }
    case "round": {
      const round = await ports.check(state, activity.type, signal);
      return { kind: "checked", at: ports.now(), since, ...round };
    }
    case "sleep":
      await ports.sleepUntil(activity.until, signal);
      return { kind: "woke", at: ports.now() };
    case "settle":
      return { kind: "settled", at: ports.now(), trouble: await ports.settle(state, activity.needsUpdate, signal) };
    case "post":
      await ports.post(state, signal);
      return { kind: "posted", at: ports.now() };
    case "done":
      throw new Error("a rollout that is over has nothing to do");
  }
}
