import { z } from "zod";
import { schemaFaults } from "../kubernetes/schema";

/** A text of one form. */
export function text(form: RegExp, allowed: string, otherType = allowed) {
  return z.string(otherType).regex(form, allowed);
}

/** Any text but an empty one. */
export function someText(allowed: string, empty = "must not be empty") {
  return z.string(allowed).min(1, empty);
}

/** A list that isn't empty. */
export function someOf<Item extends z.ZodType>(item: Item, allowed: string, empty = allowed) {
  return z.array(item, allowed).min(1, empty);
}

/** A name that Kubernetes takes as part of an object's name (RFC 1123 label). */
export const label = text(
  /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/,
  "must be lower-case letters, digits and -, at most 40 characters",
  "must be a text",
);

/** The name of an object that is there already (RFC 1123 subdomain). */
export const kubernetesName = text(
  /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  "must be an object's name: lower-case letters, digits, - and .",
);

/** A version's or a color's name: used in objects' names and label values. */
export const versionName = label;

/** A DNS name (RFC 1123 subdomain), with a `*.` wildcard allowed in front, as in an Ingress rule. */
export const host = z
  .string("must be a DNS name such as www.example.com")
  .max(253, "must be a DNS name of at most 253 characters")
  .regex(
    /^(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/,
    "must be a DNS name in lower case such as www.example.com",
  )
  .refine((name) => !/^\d+(\.\d+){3}$/.test(name), "must be a DNS name: an Ingress takes no IP address as host");

/** A whole number, also as the text that `pulumi config set` writes. */
export function wholeNumber(
  lowest: number,
  highest: number,
  unit = "",
  allowed = `must be a whole number from ${lowest} to ${highest}${unit}`,
) {
  return z
    .union([z.number(allowed), text(/^-?\d+$/, allowed).transform(Number)], allowed)
    .pipe(z.number(allowed).int(allowed).min(lowest, allowed).max(highest, allowed));
}

/** A port that a Service may have on every node (the API server's default `--service-node-port-range`). */
export const nodePort = wholeNumber(30000, 32767, ", the range of NodePorts");

/** A yes or no, also as the text that `pulumi config set` writes. */
export function yesOrNo() {
  const allowed = "must be true or false";
  return z.union([z.boolean(allowed), z.enum(["true", "false"], allowed).transform((one) => one === "true")], allowed);
}

/** One of some names. */
export function oneOf<const Names extends readonly string[]>(...names: Names) {
  return z.enum(names, `must be ${inWords(names, "or")}`);
}

/** An object of these keys alone; an unknown one in it is refused with the nearest known one. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
  allowed = `must be a map of ${inWords(Object.keys(shape), "and")}`,
) {
  return z.strictObject(shape, { error: (issue) => (issue.code === "invalid_type" ? allowed : undefined) });
}

/** `a, b and c`. */
export function inWords(names: readonly string[], last: "and" | "or"): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(` ${last} `);
}

/** A Kubernetes object that is passed on as it is (a probe, resources): its schema is the API server's. */
export const kubernetesObject = z.record(z.string(), z.unknown(), "must be a map as Kubernetes takes it");

/**
 * A part of a Kubernetes object that is passed on as it is, refused where Kubernetes' own schema has no such field or another
 * type for it.
 *
 * @param type the part's name in that schema.
 */
export function kubernetesPart(type: string) {
  return kubernetesObject.superRefine((value, context) => {
    for (const { path, value: input, allowed } of schemaFaults(type, value, { isInStackFile: true }))
      context.addIssue({ code: "custom", path: [...path], input, message: allowed });
  });
}
