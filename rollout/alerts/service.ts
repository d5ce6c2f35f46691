import type { Severity } from "../../config/rollout-hooks";
import type { Notice, Situation } from "../hooks";
import type { Answer } from "../http-post";

/** What is to be told, and where. */
export interface Letter {
  readonly notice: Notice;
  readonly situation: Situation;
  readonly url: URL;
  /** What the address's owner checks the sender by. */
  readonly secret: string | undefined;
  /** When it is sent, as milliseconds since 1970. */
  readonly at: number;
}

/** How one service takes an alert. */
export interface Service {
  /** What is sent, and where to. */
  write(letter: Letter): {
    readonly url: URL;
    readonly body: unknown;
    readonly headers?: (body: string) => Record<string, string>;
  };
  /** Why the service did not take it though it answered with success; nothing where it took it. */
  refusal?(answer: Answer): string | undefined;
}

/** The headline of an alert; it has the word Sluice in it, which robots can be made to ask for. */
export function titleOf({ workload, namespace }: Situation): string {
  return `Sluice: ${workload}.${namespace}`;
}

/** What an alert says besides its message, in the order in which it is shown. */
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

/** A field of a JSON answer; nothing where the answer is no JSON object or has no such field. */
export function fieldOf(body: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
