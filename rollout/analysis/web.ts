import { JSONPath } from "jsonpath-plus";
import type { WebMetricConfig } from "../../config/web-metric";
import { UserError } from "../../progress/user-error";
import { excerpt } from "../excerpt";
import { demandSecret, secretHeaders } from "../hook-secrets";
import { signForAws } from "./aws-signature";
import { causeOf } from "./cause";

/** The most of an answer that is read, in bytes. */
const longest = 1_000_000;

/** A question with its placeholders filled in. */
export type WebQuestion = Pick<
  WebMetricConfig,
  "method" | "url" | "headers" | "headerVariables" | "aws" | "body" | "jsonPath"
>;

/** What the environment has. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Asks a web API for one number.
 *
 * @returns nothing if the answer has none, which counts as no data.
 * @throws UserError if there is no answer, or none that can be read. It never tells what is in headers, body or query, which
 * may be secret; the signal's reason if that is aborted.
 */
export async function askWeb(
  { url, method, headers, headerVariables, aws, body, jsonPath }: WebQuestion,
  environment: Environment,
  signal: AbortSignal,
  timeoutMilliseconds = 10_000,
): Promise<number | undefined> {
  const { origin, pathname } = new URL(url);
  const place = `${origin}${pathname}`;
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const secretFor = (variable: string) =>
    demandSecret(variable, environment, () => failure(place, `the environment has no ${variable}`));
  const request = {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { accept: "application/json", ...headers, ...secretHeaders(headerVariables, secretFor) },
    ...(body !== undefined && { body }),
  };
  const signed = aws && (await signForAws({ ...request, url }, aws, secretFor, environment["AWS_SESSION_TOKEN"]));
  let text: string;
  let status: number;
  try {
    const response = await fetch(url, {
      ...request,
      headers: signed ?? request.headers,
      // Another place must not get the secrets.
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
    });
    ({ status } = response);
    text = await bounded(response);
  } catch (error) {
    signal.throwIfAborted();
    throw failure(place, timeout.aborted ? `no answer within ${timeoutMilliseconds / 1000} s` : causeOf(error));
  }
  if (status < 200 || status > 299) throw failure(place, `it answers with status ${status}: ${excerpt(text)}`);
  return numberAt(jsonPath, parsed(text, place), place);
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > longest) throw new Error(`its answer is longer than ${longest / 1_000_000} MB`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string, place: string): string | number | boolean | object | null {
  try {
    return JSON.parse(text) as object | null;
  } catch {
    throw failure(place, `its answer is not JSON: ${excerpt(text)}`);
  }
}

function numberAt(path: string, json: string | number | boolean | object | null, place: string): number | undefined {
  const found = JSONPath<unknown[]>({ path, json, eval: false, wrap: true }) ?? [];
  const values = found.filter((value) => value !== null);
  if (values.length > 1) throw failure(place, `${path} gives ${values.length} values where one number is needed`);
  const [value] = values;
  if (value === undefined) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number))
    throw failure(place, `${path} gives ${excerpt(JSON.stringify(value), 80)}, which is not a number`);
  return number;
}

function failure(place: string, why: string): UserError {
  return new UserError(`${place} can't be asked: ${why}`, "SLUICE1604");
}
