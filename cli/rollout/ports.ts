import { setTimeout as sleep } from "node:timers/promises";
import type { StackConfig } from "../../config";
import type { RolloutConfig } from "../../config/rollout";
import type { Preview, UpdateOptions } from "../../engine/engine";
import { sendAll } from "../../probe/send-requests";
import type { Place } from "../../probe/ask-plan";
import { createAlerts } from "../../rollout/alerts";
import { createAnalyst } from "../../rollout/analysis/create-analyst";
import { createTransport } from "../../rollout/analysis/create-transport";
import { checkHookSecrets } from "../../rollout/hook-secrets";
import type { Notice, Situation } from "../../rollout/hooks";
import { checksumOf, layOut } from "../../rollout/layout";
import type { RolloutPorts, Updated } from "../../rollout/ports";
import { weightOf, type RolloutSpec } from "../../rollout/spec";
import type { RolloutState } from "../../rollout/state";
import type { ClusterApi } from "../../cluster/api";
import { untilAnswered } from "../../cluster/until-answered";
import { describeLapsed } from "../../rollout/store/commands";
import { crashOf } from "../../rollout/store/crash";
import type { RolloutRecords } from "../../rollout/store/records";
import type { Subject } from "../../rollout/subject";
import { valuesFor } from "../../rollout/values";
import { createWebhooks } from "../../rollout/webhooks";
import type { Session } from "../session";
import { placeOf } from "../verify-split";
import { measurePlan } from "./measure";
import { updateStack } from "./stack-update";

/** What a driver of a stack needs besides the stack. */
export interface StackPortsOptions extends UpdateOptions {
  /** How many requests show that a step is taken up. */
  readonly requests: number;
}

/** Who is told while a stack is driven. */
export interface Audience {
  /** What is being done now, in a few words. */
  readonly report: (text: string) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly onNotice: (notice: Notice, state: RolloutState) => void;
  /** What could not be told to somebody. */
  readonly onComplaint: (line: string) => void;
}

/** The world of a stack's rollout: its engine, its cluster, its metrics, its webhooks, its people. */
export class StackPorts implements RolloutPorts {
  private session: Session;
  private place: Place | undefined;
  private readonly webhooks;
  private readonly alerts;
  private readonly analyst;

  /** @throws ConfigError where a secret that the rollout's settings name is not in the environment. */
  constructor(
    session: Session,
    rollout: RolloutConfig,
    private readonly api: ClusterApi,
    private readonly records: RolloutRecords,
    private readonly options: StackPortsOptions,
    private readonly audience: Audience,
  ) {
    this.session = session;
    checkHookSecrets(rollout, process.env);
    this.webhooks = createWebhooks(rollout.webhooks, process.env);
    this.alerts = createAlerts(rollout.alerts, process.env);
    const { kubeConfig } = api;
    const prometheus =
      rollout.prometheus &&
      createTransport(rollout.prometheus, { environment: process.env, kubeConfig: () => kubeConfig });
    const client = session.choice.cluster().profile?.client ?? [];
    this.analyst = createAnalyst(rollout, { prometheus, send: (jobs, signal) => sendAll(client, jobs, signal) });
  }

  /**
   * Tries what can be tried before anything changes.
   *
   * @throws ConfigError or UserError where the checks can't be made.
   */
  async prepare(spec: RolloutSpec, signal: AbortSignal): Promise<void> {
    const config = this.session.config();
    await this.analyst.prepare(this.subjectOf(config, spec), signal);
  }

  async update(state: RolloutState, routing: Parameters<typeof valuesFor>[1], signal: AbortSignal): Promise<Updated> {
    const { report, onPreview } = this.audience;
    const context = { report, signal };
    const values = valuesFor(state.spec, routing);
    const { session, outputs } = await updateStack(this.session, this.api, values, this.options, context, onPreview);
    const appliedAt = this.now();
    this.session = session;
    const config = session.config();
    this.place = placeOf(outputs, config);
    report(`${this.options.requests} requests to ${this.place.address}:${this.place.port}`);
    const cluster = session.choice.cluster();
    const measured = await measurePlan(cluster, config, this.place, this.options.requests, signal);
    return { ...measured, appliedAt };
  }

  async check(state: RolloutState, type: "pre-rollout" | "rollout", signal: AbortSignal) {
    const situation = this.situationOf(state);
    const [reverting, judging, metrics] = await Promise.all([
      this.webhooks.call("rollback", situation, signal),
      this.webhooks.call(type, situation, signal),
      type === "rollout" ? this.measure(state, signal) : [],
    ]);
    const checks = [...judging.results, ...metrics];
    const rollback = reverting.agreed ? reverting.results.map(({ message }) => message).join("; ") : undefined;
    return { checks: [...checks, ...reverting.results.filter(({ verdict }) => verdict !== "failed")], rollback };
  }

  async ask(state: RolloutState, gate: Parameters<RolloutPorts["ask"]>[1], signal: AbortSignal) {
    const { agreed, results } = await this.webhooks.call(gate, this.situationOf(state), signal);
    const message = results.filter(({ verdict }) => verdict !== "passed").map((result) => result.message);
    return { agreed, message: message.join("; ") };
  }

  async post(state: RolloutState, signal: AbortSignal): Promise<void> {
    const { results } = await this.webhooks.call("post-rollout", this.situationOf(state), signal);
    for (const { verdict, message } of results) if (verdict !== "passed") this.audience.onComplaint(message);
    await this.told();
  }

  /** Resolves once everything is told that was to be told. */
  async told(): Promise<void> {
    await Promise.allSettled(this.telling);
  }

  /** What is still being told to somebody. */
  private readonly telling = new Set<Promise<unknown>>();

  tell(notice: Notice, state: RolloutState): void {
    this.audience.onNotice(notice, state);
    const situation = this.situationOf(state);
    const told = Promise.all([this.webhooks.tell(notice, situation), this.alerts.send(notice, situation)])
      .then((lines) => lines.flat().forEach(this.audience.onComplaint))
      .finally(() => this.telling.delete(told));
    this.telling.add(told);
  }

  async save(state: RolloutState, signal: AbortSignal): Promise<void> {
    await untilAnswered(() => this.records.save(state), {
      signal,
      tell: ({ message }, seconds) => {
        this.audience.report(`the rollout goes on once the cluster answers: ${message}`);
        if (seconds > 0)
          this.tell({ severity: "warn", message: `no answer from the cluster for ${seconds} s: ${message}` }, state);
      },
    });
  }

  async commands(): ReturnType<RolloutPorts["commands"]> {
    if (this.id === undefined) return [];
    const { asked, lapsed } = await this.records.take(this.id);
    for (const one of lapsed) this.audience.onComplaint(describeLapsed(one));
    return asked;
  }

  /** The rollout that commands are for. */
  id: number | undefined;

  async crash({ spec, served, startedAt }: RolloutState): Promise<string | undefined> {
    const { namespace, workload } = this.session.config();
    // Until the first update is up there may be pods of what the version was before.
    return crashOf(this.api, namespace, workload, spec.to, served ? 0 : startedAt);
  }

  successor({ spec, served }: RolloutState): Promise<RolloutSpec | undefined> {
    // Before the first update the file still says what was before.
    if (!served) return Promise.resolve(undefined);
    return Promise.resolve(this.otherRollout(spec));
  }

  /** The rollout to what the stack's file names now, where that is something else. */
  private otherRollout(spec: RolloutSpec): RolloutSpec | undefined {
    const config = this.session.reread().config();
    const { plan, versions } = config;
    const wanted =
      plan.strategy === "canary"
        ? plan.canary?.version
        : spec.color && plan.strategy === "blueGreen"
          ? plan.colors[spec.color]
          : spec.to;
    const version = wanted === undefined ? undefined : versions[wanted];
    if (wanted === undefined || !version) return undefined;
    if (wanted === spec.to && checksumOf(version) === spec.checksum) return undefined;
    const next = layOut(config, wanted);
    return wanted === spec.to ? { ...next, ...(spec.replicas !== undefined && { replicas: spec.replicas }) } : next;
  }

  now(): number {
    return Date.now();
  }

  async sleepUntil(time: number, signal: AbortSignal): Promise<void> {
    await sleep(Math.max(0, time - Date.now()), undefined, { signal });
  }

  private async measure(state: RolloutState, signal: AbortSignal) {
    const { report } = this.audience;
    const config = this.session.reread().config();
    this.place ??= placeOf(await this.session.engine().outputs({ report, signal }), config);
    const subject: Subject = { ...this.subjectOf(config, state.spec), place: this.place, since: state.stepSince };
    return this.analyst.check(subject, signal);
  }

  private subjectOf(config: StackConfig, { from, to }: RolloutSpec): Omit<Subject, "place" | "since"> {
    const { namespace, workload, plan, versions, ingressController } = config;
    const controller =
      plan.strategy !== "replicaRatio" && plan.router === "ingress" ? ingressController?.kind : undefined;
    return {
      stack: this.session.file.stack,
      namespace,
      workload,
      canary: to,
      stable: from,
      plan,
      versions,
      controller,
    };
  }

  private situationOf(state: RolloutState): Situation {
    const { spec, phase, served } = state;
    const { namespace, workload } = this.session.config();
    const { from: stable, to: canary, checksum } = spec;
    const weight = served ? weightOf(spec, served) : 0;
    return { stack: this.session.file.stack, workload, namespace, phase, canary, stable, weight, checksum };
  }
}
