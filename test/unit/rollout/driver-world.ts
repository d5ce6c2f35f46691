import assert from "node:assert/strict";
import type { CheckVerdict } from "../../../rollout/check";
import { drive } from "../../../rollout/driver";
import { begin } from "../../../rollout/machine";
import { UpdateError, type AskedCommand, type RolloutPorts } from "../../../rollout/ports";
import type { RolloutSpec, Routing } from "../../../rollout/spec";
import type { Gate, RolloutCommand, RolloutState } from "../../../rollout/state";
import { valuesFor } from "../../../rollout/values";
import { VirtualClock } from "./virtual-clock";
import { check, specOf } from "./world";

/** `trial 2`, `promoted`. */
export function nameOf(routing: Routing): string {
  return routing.kind === "trial" ? `trial ${routing.step}` : routing.kind;
}

/** A world in memory around a driver: what it stores, what it does, and what becomes of it, in virtual time. */
export class DriverWorld implements RolloutPorts {
  readonly clock = new VirtualClock();
  /** What was begun and done, in order. */
  readonly log: string[] = [];
  readonly told: string[] = [];
  /** The states that onState was told. */
  readonly shown: RolloutState[] = [];
  /** The routings that were brought, each once in a row. */
  readonly brought: string[] = [];
  readonly stored = new Map<number, string>();
  readonly file: Record<string, unknown> = {};
  readonly asked: AskedCommand[] = [];
  /** How things are; a test changes them. */
  verdict: (state: RolloutState) => CheckVerdict = () => "passed";
  crashes: (state: RolloutState) => string | undefined = () => undefined;
  alarms: (state: RolloutState) => string | undefined = () => undefined;
  next: (state: RolloutState) => RolloutSpec | undefined = () => undefined;
  onBrought: (what: string) => void = () => undefined;
  isAway: () => boolean = () => false;
  trouble: () => string | undefined = () => undefined;
  /** Milliseconds that each takes. */
  takes = { update: 2000, check: 500, ask: 200, settle: 3000, post: 100, save: 20 };

  async update(state: RolloutState, routing: Routing, signal: AbortSignal) {
    await this.doing(`update ${nameOf(routing)}`, state, signal, this.takes.update / 2);
    if (this.isAway()) throw new UpdateError("unreachable", "connection refused");
    Object.assign(this.file, valuesFor(state.spec, routing));
    if (this.brought.at(-1) !== `${state.spec.to} ${nameOf(routing)}`)
      this.brought.push(`${state.spec.to} ${nameOf(routing)}`);
    this.onBrought(`${state.spec.to} ${nameOf(routing)}`);
    await this.clock.wait(this.takes.update / 2, signal);
    return { asPlanned: true, checks: [check("passed")] };
  }

  async withdraw(): Promise<void> {
    this.log.push("withdraw");
    if (this.isAway()) return Promise.reject(new Error("away"));
    return Promise.resolve();
  }

  async settle(state: RolloutState, needsUpdate: boolean, signal: AbortSignal): Promise<string | undefined> {
    await this.doing(needsUpdate ? "settle by an update" : "settle", state, signal, this.takes.settle);
    return this.trouble();
  }

  async check(state: RolloutState, type: "pre-rollout" | "rollout", signal: AbortSignal) {
    await this.doing(`${type} at ${state.step}`, state, signal, this.takes.check);
    return { checks: [check(type === "rollout" ? this.verdict(state) : "passed")] };
  }

  async ask(state: RolloutState, gate: Gate, signal: AbortSignal) {
    await this.doing(gate, state, signal, this.takes.ask);
    return { agreed: true, message: "" };
  }

  post(state: RolloutState, signal: AbortSignal): Promise<void> {
    return this.doing("post", state, signal, this.takes.post);
  }

  tell: RolloutPorts["tell"] = ({ severity, message }) => void this.told.push(`${severity}: ${message}`);

  async save(state: RolloutState, signal: AbortSignal): Promise<void> {
    await this.clock.wait(this.takes.save / 2, signal);
    while (this.isAway()) await this.clock.wait(500, signal);
    this.stored.set(state.id, JSON.stringify(state));
    await this.clock.wait(this.takes.save / 2, signal);
  }

  commands(): Promise<readonly AskedCommand[]> {
    return this.isAway() ? Promise.reject(new Error("away")) : Promise.resolve(this.asked.splice(0));
  }

  crash(state: RolloutState): Promise<string | undefined> {
    return this.isAway() ? Promise.reject(new Error("away")) : Promise.resolve(this.crashes(state));
  }

  alarm(state: RolloutState): Promise<string | undefined> {
    return this.isAway() ? Promise.reject(new Error("away")) : Promise.resolve(this.alarms(state));
  }

  successor(state: RolloutState): Promise<RolloutSpec | undefined> {
    return Promise.resolve(this.next(state));
  }

  now = () => this.clock.time;

  sleepUntil = (time: number, signal: AbortSignal) => this.clock.sleepUntil(time, signal);

  /** Asks something at a time, in milliseconds after the beginning. */
  askAt(time: number, command: RolloutCommand): void {
    this.clock.at(time, () => this.asked.push({ command, by: "ann" }));
  }

  /** The state that would survive a driver, the last rollout's. */
  get last(): RolloutState {
    return JSON.parse(
      this.stored.get(Math.max(...this.stored.keys())) ?? assert.fail("nothing was stored"),
    ) as RolloutState;
  }

  /**
   * Drives a rollout to its end, in no time.
   *
   * @param signal ends the driver, which then rejects.
   */
  drive(first: RolloutState = begin(specOf(), 1, this.now()), signal?: AbortSignal): Promise<RolloutState> {
    const onState = (state: RolloutState) => {
      assert.equal(this.stored.get(state.id), JSON.stringify(state), "a state was shown before it was stored");
      this.shown.push(state);
    };
    return this.clock.run(drive(first, this, { signal: signal ?? new AbortController().signal, onState }));
  }

  private async doing(what: string, state: RolloutState, signal: AbortSignal, time: number): Promise<void> {
    assert.equal(this.stored.get(state.id), JSON.stringify(state), `${what} was begun before its state was stored`);
    this.log.push(what);
    try {
      await this.clock.wait(time, signal);
    } catch (error) {
      this.log.push(`${what} was cut short`);
      throw error;
    }
  }
}
