import type { ProbeConfig } from "../../config/probe";
import type { ProbeJob } from "../../probe/send-requests";
import { UserError } from "../../progress/user-error";
import { routeRequest } from "../../traffic/model";
import type { TrafficPlan } from "../../traffic/plan";
import type { Sample } from "../../traffic/samples";
import { demandSecret, secretHeaders } from "../hook-secrets";
import type { Environment } from "./web";

/** What requests of Sluice's own are like, with the secrets of the environment. */
export interface ProbeRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect?: readonly number[];
}

/** @throws UserError where the environment lacks a secret. */
export function probeRequest(probe: ProbeConfig | undefined, environment: Environment): ProbeRequest {
  if (!probe) return {};
  const { path, headers, headerVariables, expect } = probe;
  const missing = (variable: string) =>
    new UserError(`the environment has no ${variable}, which rollout.probe names`, "SLUICE1606");
  const secretFor = (variable: string) => demandSecret(variable, environment, () => missing(variable));
  return {
    ...(path !== undefined && { path }),
    headers: { ...headers, ...secretHeaders(headerVariables, secretFor) },
    ...(expect && { expect }),
  };
}

/** A sample of a plan at another path, which the plan may lead elsewhere. */
export function sampleAt(plan: TrafficPlan, sample: Sample, path: string | undefined): Sample {
  if (path === undefined) return sample;
  const request = { ...sample.request, path };
  return { ...sample, request, shares: routeRequest(plan, request).shares };
}

/** A job with more headers. What chooses a version goes first, and cookies are joined. */
export function withHeaders(job: ProbeJob, { headers = {} }: ProbeRequest): ProbeJob {
  const own = Object.entries(headers).find(([name]) => name.toLowerCase() === "cookie");
  const { Cookie: chooses } = job.headers ?? {};
  const cookies = [own?.[1], chooses].filter((one) => one !== undefined).join("; ");
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== own?.[0]));
  return { ...job, headers: { ...others, ...job.headers, ...(cookies !== "" && { Cookie: cookies }) } };
}
