import { z } from "zod";

/** An absolute http or https address. */
export const httpUrl = z
  .string("must be an http or https URL")
  .refine(
    (text) => ["http:", "https:"].includes(URL.canParse(text) ? new URL(text).protocol : ""),
    "must be an http or https URL",
  );

/** A header's name. */
export const headerName = z
  .string("must be a header's name")
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be a header's name (RFC 9110, section 5.1)");

/** The name of an environment variable of the driver's, for what no file should hold. */
export const variableName = z
  .string("must be the name of an environment variable")
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable, such as SLACK_URL");
