import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../../cluster/api";
import { untilAnswered } from "../../cluster/until-answered";
import { parseStackConfig, type StackConfig } from "../../config";
import { isProbed } from "../../config/rollout-metrics";
import { UserError } from "../../progress/user-error";
import type { Place } from "../../probe/ask-plan";
import { isBaking } from "../../rollout/bake";
import type { Notice, Situation } from "../../rollout/hooks";
import { pastOf } from "../../rollout/predecessor";
import type { RolloutPorts, Updated } from "../../rollout/ports";
import type { RolloutSpec, Routing } from "../../rollout/spec";
import { routingOf } from "../../rollout/stack";
import { newVersionWeight, type RolloutState } from "../../rollout/state";
import { describeLapsed } from "../../rollout/store/commands";
import { crashOf } from "../../rollout/store/crash";
import type { StackPlace } from "../../rollout/store/leases";
import type { RolloutRecords } from "../../rollout/store/records";
import type { Subject } from "../../rollout/subject";
import { podLabels } from "../../workloads/pod-labels";
import type { Session } from "../session";
import { placeOf, whyUnasked } from "../verify-split";
import { gapsOf } from "./access";
import { GitSteps } from "./git-steps";
import { StackMover, stackOf, type Audience, type PatientCall, type StackPortsOptions } from "./mover";
import { successorOf, type ReadStack } from "./successor";
import { rolloutTools, type RolloutTools } from "./tools";

/**
 * The world of a stack's rollout: its routes, its engine, its metrics, its webhooks, its people. The stack is the one that the
 * rollout was begun on, as its record has it; the stack's file is looked at for another version, and written at the end.
 */
export class StackPorts implements RolloutPorts {
  /** The rollout that commands are for. */
  private id: number | undefined;
  private readonly git: GitSteps;
  private readonly mover: StackMover;
  private readonly tools = new WeakMap<RolloutSpec["config"], RolloutTools>();
  /** Alerts that are still being sent. */
  private readonly telling = new Set<Promise<unknown>>();
  /** The stack's file when it was first looked at, or when it last brought another version. */
  private known: ReadStack | undefined;

  constructor(
    private readonly session: Session,
    private readonly api: ClusterApi,
    private readonly records: RolloutRecords,
    options: StackPortsOptions,
    private readonly audience: Audience,
  ) {
    const waitFor: PatientCall = (...call) => this.untilAnswered(...call);
    this.mover = new StackMover(session, api, options, audience, waitFor, records);
    this.git = new GitSteps(
      session.file,
      ({ spec }) => this.stackOf(spec, { kind: "stable" }).rollout?.git,
      (message, state) => this.tell({ severity: "warn", message }, state),
    );
  }

  /** Is told each state once it is stored. */
  follow(state: RolloutState): void {
    this.id = state.id;
    this.untilTold(this.git.follow(state));
  }

  /**
   * Tries what can be tried before anything changes.
   *
   * @throws ConfigError or UserError if the checks can't be made.
   */
  async prepare(spec: RolloutSpec, signal: AbortSignal): Promise<void> {
    this.toolsOf(spec).checkSecrets();
    const config = this.stackOf(spec, { kind: "trial", step: 0 });
    const { metrics = [], standIns, prometheus } = config.rollout ?? {};
    const isAsked = !standIns && metrics.some((metric) => isProbed(metric, { prometheus }));
    // Nothing answers yet where the stack has never been up.
    const place = isAsked ? await this.askForPlace(config, signal).catch(unlessUserError) : undefined;
    await this.toolsOf(spec)
      .analyst()
      .prepare({ ...this.subjectOf(config, spec), ...(place && { place }) }, signal);
  }

  /**
   * Says what the account may not do that the rollout would be judged by.
   *
   * @throws ConfigError if a secret that the rollout's settings name is not in the environment.
   */
  async demandAccess(spec: RolloutSpec, at: StackPlace): Promise<void> {
    this.toolsOf(spec).checkSecrets();
    const { rollout, plan } = this.stackOf(spec, { kind: "stable" });
    const ordinals = plan.strategy === "replicaRatio" ? plan.ordinals : undefined;
    for (const gap of await gapsOf(this.api, { ...rollout, ordinals }, at)) this.audience.onComplaint(gap);
  }

  async update(state: RolloutState, routing: Routing, signal: AbortSignal): Promise<Updated> {
    const updated = await this.mover.update(state, routing, signal);
    if (routing.kind === "trial")
      this.toolsOf(state.spec)
        .analyst()
        .expectOwn(updated.sent ?? 0);
    return updated;
  }

  withdraw(state: RolloutState): Promise<void> {
    return this.mover.withdraw(state);
  }

  settle(state: RolloutState, needsUpdate: boolean, signal: AbortSignal): Promise<string | undefined> {
    return this.mover.settle(state, needsUpdate, signal);
  }

  async check(state: RolloutState, type: "pre-rollout" | "rollout", signal: AbortSignal) {
    const { webhooks } = this.toolsOf(state.spec);
    const situation = this.situationOf(state);
    const [reverting, judging, metrics] = await Promise.all([
      webhooks.call("rollback", situation, signal),
      webhooks.call(type, situation, signal),
      type === "rollout" ? this.measure(state, signal) : [],
    ]);
    const checks = [...judging.results, ...metrics];
    const rollback = reverting.agreed ? reverting.results.map(({ message }) => message).join("; ") : undefined;
    return { checks: [...checks, ...reverting.results.filter(({ verdict }) => verdict !== "failed")], rollback };
  }

  async ask(state: RolloutState, gate: Parameters<RolloutPorts["ask"]>[1], signal: AbortSignal) {
    const { webhooks } = this.toolsOf(state.spec);
    const { agreed, results } = await webhooks.call(gate, this.situationOf(state), signal);
    const message = results.filter(({ verdict }) => verdict !== "passed").map((result) => result.message);
    return { agreed, message: message.join("; ") };
  }

  async post(state: RolloutState, signal: AbortSignal): Promise<void> {
    const { webhooks } = this.toolsOf(state.spec);
    const { results } = await webhooks.call("post-rollout", this.situationOf(state), signal);
    for (const { verdict, message } of results) if (verdict !== "passed") this.audience.onComplaint(message);
    await this.told();
  }

  /** Resolves once all alerts are sent. */
  async told(): Promise<void> {
    // A failed commit sends an alert, too.
    while (this.telling.size > 0) await Promise.allSettled(this.telling);
  }

  tell(notice: Notice, state: RolloutState): void {
    this.audience.onNotice(notice, state);
    const { webhooks, alerts } = this.toolsOf(state.spec);
    const situation = this.situationOf(state);
    const told = Promise.all([webhooks.tell(notice, situation), alerts.send(notice, situation)]).then((lines) =>
      lines.flat().forEach(this.audience.onComplaint),
    );
    this.untilTold(told);
  }

  async save(state: RolloutState, signal: AbortSignal): Promise<void> {
    await this.untilAnswered(state, signal, () => this.records.save(state));
  }

  async commands(): ReturnType<RolloutPorts["commands"]> {
    if (this.id === undefined) return [];
    const { asked, lapsed } = await this.records.take(this.id);
    for (const one of lapsed) this.audience.onComplaint(describeLapsed(one));
    return asked;
  }

  async crash({ spec, served, startedAt }: RolloutState): Promise<string | undefined> {
    const config = this.stackOf(spec, { kind: "stable" });
    const ahead = this.now() - this.api.connection.now();
    // Until the first update is up there may be pods of what the version was before, by the API server's clock.
    return crashOf(this.api, config.namespace, podLabels(config, spec.to), served ? 0 : startedAt - ahead);
  }

  async alarm(state: RolloutState, signal: AbortSignal): Promise<string | undefined> {
    const { spec, served, stepSince: since } = state;
    const isOnTrial = served?.kind === "trial" && served.step > 0;
    if (!served || !(isOnTrial || isBaking(state))) return undefined;
    const config = this.stackOf(spec, served);
    return this.toolsOf(spec)
      .analyst()
      .alarm({ ...this.subjectOf(config, spec), ...predecessorOf(state), since }, signal);
  }

  successor({ spec }: RolloutState): Promise<RolloutSpec | undefined> {
    const [before, now] = [this.known, this.readFile()];
    this.known ??= now;
    if (!before || !now) return Promise.resolve(undefined);
    const next = successorOf(spec, before, now, (raw) => this.parse(raw));
    if (next) this.known = now;
    return Promise.resolve(next);
  }

  now(): number {
    return Date.now();
  }

  async sleepUntil(time: number, signal: AbortSignal): Promise<void> {
    await sleep(Math.max(0, time - Date.now()), undefined, { signal });
  }

  private untilAnswered<Result>(
    state: RolloutState,
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result> {
    return untilAnswered(work, {
      signal,
      tell: ({ message }, seconds) => {
        this.audience.report(`the rollout continues once the cluster answers: ${message}`);
        if (seconds > 0)
          this.tell({ severity: "warn", message: `no answer from the cluster for ${seconds} s: ${message}` }, state);
      },
    });
  }

  private untilTold(work: Promise<unknown>): void {
    const known = work.finally(() => this.telling.delete(known));
    this.telling.add(known);
  }

  private async measure(state: RolloutState, signal: AbortSignal) {
    const { spec, stepSince: since } = state;
    const config = this.stackOf(spec, routingOf(state));
    const isAsked = state.place === undefined && whyUnasked(config) === undefined;
    const place = isAsked ? await this.askForPlace(config, signal) : state.place;
    return this.toolsOf(spec)
      .analyst()
      .check({ ...this.subjectOf(config, spec), ...predecessorOf(state), ...(place && { place }), since }, signal);
  }

  private async askForPlace(config: StackConfig, signal: AbortSignal): Promise<Place> {
    return placeOf(await this.session.outputs({ report: this.audience.report, signal }), config);
  }

  private subjectOf(config: StackConfig, { from, to }: RolloutSpec): Omit<Subject, "place" | "since"> {
    const { namespace, workload, application, plan, versions, ingressController } = config;
    return {
      stack: this.session.file.stack,
      namespace,
      workload,
      application,
      canary: to,
      stable: from,
      plan,
      versions,
      controller: ingressController?.kind,
    };
  }

  private situationOf(state: RolloutState): Situation {
    const { spec, phase } = state;
    const { namespace, workload } = this.stackOf(spec, { kind: "stable" });
    const { from: stable, to: canary, checksum } = spec;
    const weight = newVersionWeight(state);
    return { stack: this.session.file.stack, workload, namespace, phase, canary, stable, weight, checksum };
  }

  private toolsOf(spec: RolloutSpec): RolloutTools {
    const known = this.tools.get(spec.config);
    if (known) return known;
    const config = this.stackOf(spec, { kind: "stable" });
    const { profile } = this.session.choice.cluster();
    const made = rolloutTools(config, this.api, profile?.client ?? [], this.audience.onComplaint);
    this.tools.set(spec.config, made);
    return made;
  }

  private stackOf(spec: RolloutSpec, routing: Routing): StackConfig {
    return stackOf(this.session, spec, routing);
  }

  private parse(raw: Readonly<Record<string, unknown>>): StackConfig {
    return parseStackConfig(raw, this.session.choice.cluster().profile);
  }

  /** The stack's file; nothing if there is none, or it can't be used, as while somebody is writing it. */
  private readFile(): ReadStack | undefined {
    try {
      const raw = this.session.reread().file.config;
      return { raw, config: this.parse(raw) };
    } catch {
      return undefined;
    }
  }
}

function predecessorOf(state: RolloutState): Pick<Subject, "predecessor"> {
  return isBaking(state) ? { predecessor: pastOf(state.timeline) } : {};
}

function unlessUserError(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}
