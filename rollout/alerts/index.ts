import { severities, type AlertConfig } from "../../config/rollout-hooks";
import { excerpt } from "../excerpt";
import { checkHookSecrets, httpAddress, secretOf } from "../hook-secrets";
import type { Alerts, Notice, Situation } from "../hooks";
import { post } from "../http-post";
import { dingtalk } from "./dingtalk";
import { feishu } from "./feishu";
import { msteams } from "./msteams";
import { withoutAddress } from "./redact";
import type { Service } from "./service";
import { slack } from "./slack";
import { webhook } from "./webhook";

const services: Record<AlertConfig["type"], Service> = { slack, msteams, dingtalk, feishu, webhook };

/** Milliseconds that one try may take: a rollout must not wait long for those who only listen. Flagger's is the same. */
const timeout = 5_000;

interface Place {
  readonly config: AlertConfig;
  readonly url: URL;
  readonly secret: string | undefined;
}

/**
 * The services that get alerts. A request is repeated once if there is no answer, or 429 or 5xx; what went
 * wrong is a line without the address, which mostly is a secret.
 *
 * @throws ConfigError for a variable that is not set, and for a `urlVariable` that holds no http or https URL.
 */
export function createAlerts(configs: readonly AlertConfig[], environment: NodeJS.ProcessEnv): Alerts {
  checkHookSecrets({ alerts: configs }, environment);
  const places = configs.flatMap((config): Place[] => {
    const url = httpAddress(config.url ?? secretOf(config.urlVariable, environment) ?? "");
    return url === undefined ? [] : [{ config, url, secret: secretOf(config.secretVariable, environment) }];
  });
  return {
    send: async (notice, situation) => {
      const wanted = places.filter(({ config }) => isAtLeast(notice, config));
      const lines = await Promise.all(wanted.map((place) => sendOne(place, notice, situation)));
      return lines.filter((line) => line !== undefined);
    },
  };
}

function isAtLeast(notice: Notice, config: AlertConfig): boolean {
  return severities.indexOf(notice.severity) >= severities.indexOf(config.severity);
}

async function sendOne(
  { config: { name, type }, url, secret }: Place,
  notice: Notice,
  situation: Situation,
): Promise<string | undefined> {
  const line = (reason: string) => `alert ${name} (${type}) could not be sent: ${excerpt(withoutAddress(reason, url))}`;
  try {
    const service = services[type];
    const letter = service.write({ notice, situation, url, secret, at: Date.now() });
    const body = JSON.stringify(letter.body);
    const headers = letter.headers?.(body) ?? {};
    const answer = await post({ url: letter.url, body, headers, timeout, retries: 1 });
    if (answer.status < 200 || answer.status > 299) return line(withBody(`it answered ${answer.status}`, answer.body));
    const refusal = service.refusal?.(answer);
    return refusal === undefined ? undefined : line(withBody(refusal, answer.body));
  } catch (error) {
    return line((error as Error).message);
  }
}

function withBody(reason: string, body: string): string {
  return body.trim() === "" ? reason : `${reason}: ${body}`;
}
