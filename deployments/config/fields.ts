import { z } from "zod";
import { whyNoCron } from "./cron";

/** A text of a certain form. */
export function text(pattern: RegExp, allowed: string) {
  return z.string(allowed).regex(pattern, allowed);
}

/** A time of day, week or month, as five fields of cron in UTC. */
export const cron = z.string("must be a cron expression such as 0 5 * * *").superRefine((value, context) => {
  const message = whyNoCron(value);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** A session's length as Pulumi Deployments takes it, `XhYmZs`. */
export const duration = text(/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/, "must be a duration such as 1h30m0s");

/** A Pulumi ESC environment of the organization, `project/environment`. */
export const escEnvironment = text(
  /^[a-zA-Z0-9][-\w.]*\/[a-zA-Z0-9][-\w.]*$/,
  "must be project/environment of Pulumi ESC, such as sluice/prod",
);
