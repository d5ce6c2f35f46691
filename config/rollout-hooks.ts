import { z } from "zod";
import { duration } from "./durations";
import { someText, strictObject, wholeNumber } from "./fields";
import { httpUrl, variableName } from "./http";

/** When a webhook is called, in Flagger's words. */
export const webhookTypes = [
  "confirm-rollout",
  "pre-rollout",
  "rollout",
  "confirm-traffic-increase",
  "confirm-promotion",
  "post-rollout",
  "rollback",
  "event",
] as const;

const name = someText("must be a text").max(63, "must have at most 63 characters");

/**
 * One webhook: a POST of `{ name, namespace, phase, checksum, metadata }`.
 *
 * @see https://docs.flagger.app/usage/webhooks
 */
export const webhook = strictObject(
  {
    /** What it is called in messages. */
    name,
    /** When it is called, and what its answer means; `rollout` by default. */
    type: z.enum(webhookTypes, `must be one of ${webhookTypes.join(", ")}`).default("rollout"),
    /** Its address. */
    url: httpUrl,
    /** How long an answer may take, 1s to 10m; 10s by default. */
    timeout: duration("1s", "10m").default(10_000),
    /** How many times a call that got no answer, 429 or 5xx is sent again; none by default. */
    retries: wholeNumber(0, 10, " (further tries)").default(0),
    /** What is handed on as it is. */
    metadata: z.record(z.string(), z.string("must be a text"), "must be a map of texts").optional(),
    /** The environment variable with the secret that signs the body (HMAC-SHA-256, header `X-Signature: sha256=…`). */
    secretVariable: variableName.optional(),
  },
  "must be a map with name, type and url",
);

/** The kinds of places that alerts go to. */
export const alertTypes = ["slack", "msteams", "dingtalk", "feishu", "webhook"] as const;
/** How serious an alert is, the least first. */
export const severities = ["info", "warn", "error"] as const;

/** A place where people are told what happens. */
export const alert = strictObject(
  {
    /** What it is called in messages. */
    name,
    /** What takes it. */
    type: z.enum(alertTypes, `must be one of ${alertTypes.join(", ")}`),
    /** From which severity on; `info` by default, which is everything. */
    severity: z.enum(severities, `must be one of ${severities.join(", ")}`).default("info"),
    /** Its address, if that isn't a secret. */
    url: httpUrl.optional(),
    /** The environment variable that holds the address, as it mostly is a secret. */
    urlVariable: variableName.optional(),
    /** The environment variable with the secret that signs it: DingTalk's and Feishu's robots, HMAC for `webhook`. */
    secretVariable: variableName.optional(),
  },
  "must be a map with name, type, and url or urlVariable",
)
  .refine(({ url, urlVariable }) => (url === undefined) !== (urlVariable === undefined), {
    message: "must have either url or urlVariable",
  })
  .refine(({ type, secretVariable }) => secretVariable === undefined || !["slack", "msteams"].includes(type), {
    path: ["secretVariable"],
    message: "has no meaning for slack and msteams, whose address is the secret: remove it",
  });

/** One webhook's settings; the timeout in milliseconds. */
export type WebhookConfig = z.output<typeof webhook>;
/** When a webhook is called. */
export type WebhookType = (typeof webhookTypes)[number];
/** One alert's settings. */
export type AlertConfig = z.output<typeof alert>;
/** How serious an alert is. */
export type Severity = (typeof severities)[number];
