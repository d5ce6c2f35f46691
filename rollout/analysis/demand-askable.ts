import { ConfigError, type Problem } from "../../config/problems";
import { jobFor, type Place } from "../../probe/ask-plan";
import type { ProbeAnswer } from "../../probe/send-requests";
import { samplesOf } from "../../traffic/samples";
import type { Subject } from "../subject";
import type { SendRequests } from "./probe";
import { sampleAt, withHeaders, type ProbeRequest } from "./probe-request";

/** As many requests show how stable answers. */
const few = 3;

/**
 * Asks stable as the canary will be asked, before anything changes: a login, a redirect or another protocol would tell nothing
 * of the canary, or all of its requests would fail.
 *
 * @throws ConfigError for answers that a probe can't judge by; UserError where requests can't be sent.
 */
export async function demandAskable(
  { plan }: Pick<Subject, "plan">,
  place: Place,
  request: ProbeRequest,
  send: SendRequests,
  signal: AbortSignal,
): Promise<void> {
  const plain = samplesOf(plan).find(({ isPlain }) => isPlain);
  if (!plain) return;
  const job = withHeaders(jobFor(plan, sampleAt(plan, plain, request.path), place, few), request);
  const [answers = []] = await send([job], signal);
  const problem = answers.map((answer) => problemOf(answer, job.path, request)).find((one) => one !== undefined);
  if (problem) throw new ConfigError([problem]);
}

function problemOf({ status, location, error }: ProbeAnswer, path: string, request: ProbeRequest): Problem | undefined {
  const { expect } = request;
  const problem = (key: string, value: unknown, allowed: string) => ({ key: `rollout.probe.${key}`, value, allowed });
  const isAnotherProtocol = status === 415 || (error?.startsWith("HPE_") ?? false);
  if (isAnotherProtocol && !expect?.includes(status ?? 0))
    return problem(
      "path",
      request.path,
      `must be a path that answers by HTTP: ${path} answers ${error ?? status}, as gRPC does; judge by source controller, a query or a job instead`,
    );
  if (status === undefined || status >= 500) return undefined;
  if (expect)
    return expect.includes(status)
      ? undefined
      : problem("expect", expect, `must have ${status}, which stable answers at ${path}, or path be another one`);
  const either = `set rollout.probe.path to one that answers by itself, or rollout.probe.expect to [${status}]`;
  if (status >= 300 && status < 400)
    return problem(
      "path",
      request.path,
      `must be a path that answers by itself: ${path} redirects${location === undefined ? "" : ` to ${location}`}; ${either}`,
    );
  if ([401, 403, 407].includes(status))
    return problem(
      "headerVariables",
      undefined,
      `must have what ${path} asks for, which answers ${status} without a login; or ${either}`,
    );
  return undefined;
}
