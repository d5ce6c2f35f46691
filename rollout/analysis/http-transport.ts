import { ConfigError } from "../../config/problems";
import type { PrometheusConfig } from "../../config/rollout-metrics";
import type { PrometheusTransport } from "./transport";

/**
 * Asks Prometheus at its own address; a path in front of its API (`https://example.com/prometheus`) is kept.
 *
 * @param config a user and a password in its URL are sent as HTTP Basic, unless there is a token.
 * @param environment where the token is looked up, again for each query: a token may be renewed while a rollout goes on.
 */
export function httpTransport(
  { url, tokenVariable }: { readonly url: string } & Pick<PrometheusConfig, "tokenVariable">,
  environment: Readonly<Record<string, string | undefined>>,
): PrometheusTransport {
  const target = new URL(url);
  const { username, password } = target;
  target.username = target.password = "";
  const address = target.href;
  target.pathname = `${target.pathname.replace(/\/+$/, "")}/api/v1/query`;
  const authorization = () => {
    if (tokenVariable !== undefined) return `Bearer ${tokenOf(tokenVariable, environment)}`;
    if (username === "") return undefined;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(login).toString("base64")}`;
  };
  return {
    address,
    whatToCheck: "rollout.prometheus.url, and that it can be reached from here",
    async query(promql, signal) {
      const sent = authorization();
      // A long query has no place in an address: by POST it is not cut.
      const reply = await fetch(target, {
        method: "POST",
        body: new URLSearchParams({ query: promql }),
        headers: sent === undefined ? {} : { Authorization: sent },
        signal,
      });
      return { status: reply.status, body: await reply.text() };
    },
  };
}

function tokenOf(variable: string, environment: Readonly<Record<string, string | undefined>>): string {
  const token = environment[variable]?.trim();
  if (token) return token;
  throw new ConfigError([
    {
      key: "rollout.prometheus.tokenVariable",
      value: variable,
      allowed: "must be the name of an environment variable that holds a token: this one is not set",
    },
  ]);
}
