import { z } from "zod";

/** An absolute http or https address. */
export const httpUrl = z
  .string("must be an http or https URL")
  .refine(
    (text) => ["http:", "https:"].includes(URL.canParse(text) ? new URL(text).protocol : ""),
    "must be an http or https URL",
  );

/** The name of an environment variable of the driver's, for what no file should hold. */
export const variableName = z
  .string("must be the name of an environment variable")
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable, such as SLACK_URL");
