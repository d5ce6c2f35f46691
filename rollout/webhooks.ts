import type { Severity, WebhookConfig, WebhookType } from "../config/rollout-hooks";
import type { CheckResult, CheckVerdict } from "./check";
import { excerpt } from "./excerpt";
import { checkHookSecrets, secretOf } from "./hook-secrets";
import type { HookAnswer, Notice, Situation, Webhooks } from "./hooks";
import { post, type Answer } from "./http-post";
import type { Phase } from "./phase";
import { signatureHeader } from "./signature";

/**
 * What an answer means, by type. Statuses up to 202 are a success; any other status, and no answer, is a failure.
 *
 * | type                                                          | success             | another answer  | no answer      | `agreed`                          |
 * | ------------------------------------------------------------- | ------------------- | --------------- | -------------- | --------------------------------- |
 * | `pre-rollout`, `rollout`, `post-rollout`, `event`             | `passed`            | `failed`        | `failed`       | all succeeded, or there is none   |
 * | `confirm-rollout`, `-traffic-increase`, `confirm-promotion`   | `passed`            | `no data`: wait | `inconclusive` | all succeeded, or there is none   |
 * | `rollback`                                                    | `failed`: roll back | `passed`        | `inconclusive` | at least one succeeded: roll back |
 *
 * @see https://docs.flagger.app/usage/webhooks
 * @see https://github.com/fluxcd/flagger/blob/v1.36.1/pkg/controller/webhook.go `callWebhook`, for the status
 * @see https://github.com/fluxcd/flagger/blob/v1.36.1/pkg/controller/scheduler_hooks.go for what each type does
 */
const meanings: Record<"judging" | "asking" | "reverting", Meaning> = {
  judging: {
    success: ["passed", (name) => `webhook ${name} passed`],
    refusal: ["failed", (name) => `webhook ${name} failed`],
    silence: ["failed", (name) => `webhook ${name} failed`],
  },
  asking: {
    success: ["passed", (name) => `webhook ${name} approved`],
    refusal: ["no data", (name) => `webhook ${name} has not approved yet`],
    silence: ["inconclusive", (name) => `webhook ${name} could not be asked for approval`],
  },
  reverting: {
    success: ["failed", (name) => `webhook ${name} asks for a rollback`],
    refusal: ["passed", (name) => `webhook ${name} asks for no rollback`],
    silence: ["inconclusive", (name) => `webhook ${name} could not be asked whether to roll back`],
  },
};

type Outcome = readonly [verdict: CheckVerdict, sentence: (name: string) => string];

interface Meaning {
  readonly success: Outcome;
  readonly refusal: Outcome;
  readonly silence: Outcome;
}

const meaningOf: Record<WebhookType, Meaning> = {
  "confirm-rollout": meanings.asking,
  "pre-rollout": meanings.judging,
  rollout: meanings.judging,
  "confirm-traffic-increase": meanings.asking,
  "confirm-promotion": meanings.asking,
  "post-rollout": meanings.judging,
  rollback: meanings.reverting,
  event: meanings.judging,
};

/** Flagger tells these types `Progressing`, whatever the canary's own phase is, and their receivers may count on it. */
const toldPhase: Partial<Record<WebhookType, Phase>> = {
  "pre-rollout": "Progressing",
  rollout: "Progressing",
  "confirm-traffic-increase": "Progressing",
  "confirm-promotion": "Progressing",
};

/** Flagger's words, which are those of Kubernetes' events. */
const eventTypes: Record<Severity, string> = { info: "Normal", warn: "Warning", error: "Warning" };

interface Webhook {
  readonly config: WebhookConfig;
  readonly secret: string | undefined;
}

type Reply = { readonly answer: Answer } | { readonly error: Error };

/**
 * The webhooks of a stack's rollout, called as Flagger 1.36.1 calls them but side by side, and with `timeout` for the
 * type `event` too. A call that is aborted ends with the signal's reason, because it doesn't judge the canary.
 *
 * @throws ConfigError for a `secretVariable` that is not set.
 */
export function createWebhooks(configs: readonly WebhookConfig[], environment: NodeJS.ProcessEnv): Webhooks {
  checkHookSecrets({ webhooks: configs }, environment);
  const webhooks = configs.map((config) => ({ config, secret: secretOf(config.secretVariable, environment) }));
  const ofType = (type: WebhookType) => webhooks.filter(({ config }) => config.type === type);
  return {
    has: (type) => ofType(type).length > 0,
    call: (type, situation, signal) => callAll(type, ofType(type), situation, signal),
    tell: async (notice, situation) => {
      const lines = ofType("event").map((webhook) => tellOne(webhook, notice, situation));
      return (await Promise.all(lines)).flat();
    },
  };
}

async function callAll(
  type: WebhookType,
  webhooks: readonly Webhook[],
  situation: Situation,
  signal: AbortSignal,
): Promise<HookAnswer> {
  const told = { ...situation, phase: toldPhase[type] ?? situation.phase };
  const replies = await Promise.all(webhooks.map((webhook) => reach(webhook, told, webhook.config.metadata, signal)));
  return {
    agreed: type === "rollback" ? replies.some(isSuccess) : replies.every(isSuccess),
    results: replies.map((reply, index) => resultOf(webhooks[index]?.config.name ?? "", meaningOf[type], reply)),
  };
}

async function tellOne(webhook: Webhook, { severity, message }: Notice, situation: Situation): Promise<string[]> {
  const reply = await reach(webhook, situation, {
    ...webhook.config.metadata,
    eventMessage: message,
    eventType: eventTypes[severity],
    timestamp: String(Date.now()),
  });
  return isSuccess(reply) ? [] : [resultOf(webhook.config.name, meaningOf.event, reply).message];
}

async function reach(
  { config: { url, timeout, retries }, secret }: Webhook,
  { workload, namespace, phase, checksum }: Situation,
  metadata: Readonly<Record<string, string>> | undefined,
  signal?: AbortSignal,
): Promise<Reply> {
  const body = JSON.stringify({ name: workload, namespace, phase, checksum, metadata });
  const headers = signatureHeader(body, secret);
  try {
    return { answer: await post({ url: new URL(url), body, headers, timeout, retries, ...(signal && { signal }) }) };
  } catch (error) {
    signal?.throwIfAborted();
    return { error: error as Error };
  }
}

function isSuccess(reply: Reply): boolean {
  return "answer" in reply && reply.answer.status <= 202;
}

function resultOf(name: string, meaning: Meaning, reply: Reply): CheckResult {
  const result = ([verdict, sentence]: Outcome, reason: string): CheckResult => ({
    name,
    kind: "webhook",
    verdict,
    message: `${sentence(name)}: ${reason}`,
  });
  if ("error" in reply) return result(meaning.silence, excerpt(reply.error.message));
  const { status, body } = reply.answer;
  const text = excerpt(body);
  const reason = `it answered ${status}${text === "" ? "" : `: ${text}`}`;
  return result(isSuccess(reply) ? meaning.success : meaning.refusal, reason);
}
