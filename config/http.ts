import { z } from "zod";
import { text } from "./fields";

/** An absolute http or https address. */
export const httpUrl = z
  .string("must be an http or https URL")
  .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), "must be an http or https URL");

/** The name of an environment variable of the driver's, for what no file should hold. */
export const variableName = text(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  "must be the name of an environment variable, such as SLACK_URL",
);

const headerName = text(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be a header's name (RFC 9110, section 5.1)");

/** The headers of a request that the driver sends. */
export const requestHeaders = {
  /** Headers by their names. */
  headers: z.record(headerName, z.string("must be a text"), "must be a map of texts").default({}),
  /** Headers whose values are secrets, each with the environment variable that holds it: `{ Authorization: LOGIN }`. */
  headerVariables: z.record(headerName, variableName, "must be a map of environment variables").default({}),
};
