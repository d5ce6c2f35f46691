import assert from "node:assert/strict";
import type { EvaluatedProgram } from "../../../render/evaluate";
import type { Manifest } from "../../../render/manifest";
import { cookieHeader } from "../../../traffic/cookies";
import type { TrafficRequest } from "../../../traffic/model";
import type { Shares } from "../../../traffic/shares";

/** A request as it comes to an entrance: by TLS or plain. */
export interface EntranceRequest extends TrafficRequest {
  readonly isSecured?: boolean;
  /** GET by default. */
  readonly method?: string;
}

/** What objects alone say of a request. */
export interface ObjectsAnswer {
  /** The share of such requests that each version serves; empty where none does. */
  readonly shares: Shares;
  /** The status of an answer that no version gives: 404 without a rule, or that of a redirect. */
  readonly status?: number;
  /** Where a redirect leads. */
  readonly scheme?: string;
  /** The headers that are put into answers, by version, as `name: value`. */
  readonly responseHeaders?: Readonly<Record<string, readonly string[]>>;
}

/** What a rule leads to, and its part. */
export interface Destination {
  readonly version: string;
  readonly weight: number;
}

/** No rule holds. */
export const notFound: ObjectsAnswer = { shares: {}, status: 404 };

/** The objects that a program comes to. */
export function objectsIn({ resources }: EvaluatedProgram): Manifest[] {
  return resources.map(({ inputs }) => inputs as unknown as Manifest).filter(({ kind }) => kind !== undefined);
}

/** The objects of a kind, and of an API group where several have one of that name. */
export function ofKind(objects: readonly Manifest[], kind: string, group = ""): Manifest[] {
  return objects.filter((one) => one.kind === kind && one.apiVersion.startsWith(group));
}

/** The version that a Service's selector names; nothing for a Service of all versions. */
export function versionOfService(objects: readonly Manifest[], name: string): string | undefined {
  const service = ofKind(objects, "Service").find(({ metadata }) => metadata.name === name);
  const { selector } = (service ?? assert.fail(`no Service ${name}`))["spec"] as { selector: Record<string, string> };
  return selector["version"] ?? selector["sluice.dev/version"];
}

/** Parts as shares of 1. */
export function sharesOf(destinations: readonly Destination[]): Shares {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  const shares: Record<string, number> = {};
  for (const { version, weight } of destinations.filter((one) => one.weight > 0))
    shares[version] = (shares[version] ?? 0) + weight / total;
  return shares;
}

/** The value of a header as it is compared: names in any case, spaces around the value left out. */
export function headerOf(request: TrafficRequest, name: string): string | undefined {
  if (name.toLowerCase() === "cookie") return cookieHeader(request);
  return Object.entries(request.headers ?? {})
    .find(([sent]) => sent.toLowerCase() === name.toLowerCase())?.[1]
    .trim();
}

/** An expression of RE2's, a leading `(?i)` included. */
export function expression(pattern: string, reading: "whole" | "anywhere"): RegExp {
  const [, caseless, rest = ""] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? [];
  return new RegExp(reading === "whole" ? `^(?:${rest})$` : rest, caseless ? "i" : "");
}

/** The host asked for, without its port, and the path, without its query. */
export function placeOf({ host, path }: TrafficRequest): { readonly host: string; readonly path: string } {
  return { host: host.replace(/:\d+$/, "").toLowerCase(), path: path.replace(/\?.*$/s, "") };
}

/** Holds two answers' shares against each other, but for the rounding of fractions. */
export function sameShares(left: Shares, right: Shares): boolean {
  const versions = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return versions.every((version) => Math.abs((left[version] ?? 0) - (right[version] ?? 0)) < 1e-9);
}
