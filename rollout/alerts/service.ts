import type { Severity } from "../../config/rollout-hooks";
import type { Notice, Situation } from "../hooks";
import type { Answer } from "../http-post";

/** An alert and its address. */
export interface Letter {
  readonly notice: Notice;
  readonly situation: Situation;
  readonly url: URL;
  /** The secret that the receiver checks the sender by. */
  readonly secret: string | undefined;
  /** When it is sent, as milliseconds since 1970. */
  readonly at: number;
}

/** How to send an alert to one service. */
export interface Service {
  /** The request's body and address. */
  write(letter: Letter): {
    readonly url: URL;
    readonly body: unknown;
    readonly headers?: (body: string) => Record<string, string>;
  };
  /** Why the service did not take it though it answered with success; nothing if it took it. */
  refusal?(answer: Answer): string | undefined;
}

/** The headline of an alert; it has the word Sluice in it, which robots can be made to ask for. */
export function titleOf({ workload, namespace }: Situation): string {
  return `Sluice: ${workload}.${namespace}`;
}

/** An alert's fields beside its message, in the order in which they are shown. */
export function factsOf({ stack, phase, canary, stable, weight }: Situation): readonly (readonly [string, string])[] {
  return [
    ["Stack", stack],
    ["Phase", phase],
    ["Canary", canary],
    ["Stable", stable],
    ["Weight", `${weight}%`],
  ];
}

/** A value by severity: mostly a service's name for a color. */
export type BySeverity = Readonly<Record<Severity, string>>;

/** A field of a JSON answer; nothing if the answer isn't a JSON object or lacks the field. */
export function fieldOf(body: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
