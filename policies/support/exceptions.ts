import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** What a policy lets pass for a while, who answers for it and why. */
export interface Exception {
  /** The namespace of the objects; the whole stack without it. */
  readonly namespace?: string;
  /** The object's name; all of the namespace without it. */
  readonly name?: string;
  /** Texts of which a violation has one; all violations without it. */
  readonly only?: readonly string[];
  /** Who answers for it: a team or a person. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD, by UTC. */
  readonly until: string;
}

/** The place of a violation. */
export interface ViolationPlace {
  readonly namespace?: string;
  readonly name?: string;
  readonly message: string;
}

const text: PolicyConfigJSONSchema = { type: "string", minLength: 1 };

/** The schema of a policy's exceptions. Ajv's formats are not loaded with the pack, so a pattern has the date. */
export const exceptionsSchema: PolicyConfigJSONSchema = {
  type: "array",
  items: {
    type: "object",
    properties: {
      namespace: text,
      name: text,
      only: { type: "array", items: text, minItems: 1 },
      owner: text,
      reason: text,
      until: {
        type: "string",
        pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
        description: "a day as YYYY-MM-DD",
      },
    },
    required: ["owner", "reason", "until"],
    additionalProperties: false,
  },
  default: [],
  description: "What the policy lets pass until a day, with who answers for it (owner) and why (reason)",
};

/** The exceptions that are about a violation, those that have ended among them. */
export function exceptionsFor({ namespace, name, message }: ViolationPlace, all: readonly Exception[]): Exception[] {
  return all.filter(
    (one) =>
      (one.namespace === undefined || one.namespace === namespace) &&
      (one.name === undefined || one.name === name) &&
      (one.only === undefined || one.only.some((part) => message.includes(part))),
  );
}

/** True until the end of an exception's last day. */
export function holds({ until }: Exception, now = new Date()): boolean {
  return now.toISOString().slice(0, 10) <= until;
}
