import { z } from "zod";
import { strictObject, wholeNumber } from "./fields";
import { headerName, variableName } from "./http";

const pathAllowed = "must be a path that begins with /, such as /health";
const expectAllowed = "must be a list of HTTP statuses from 100 to 599, such as [200, 302]";

/** What requests of Sluice's own are like, by which metrics with source `probe` are measured. */
export const probe = strictObject(
  {
    /** The path that is asked, one of the stack's routes; that of the first route by default. */
    path: z
      .string(pathAllowed)
      .regex(/^\/[^\s#]*$/, pathAllowed)
      .optional(),
    /** Headers by their names. */
    headers: z.record(headerName, z.string("must be a text"), "must be a map of texts").default({}),
    /** Headers whose values are secrets, each with the environment variable that holds it: `{ Authorization: PROBE_LOGIN }`. */
    headerVariables: z.record(headerName, variableName, "must be a map of environment variables").default({}),
    /** The statuses of a good answer; by default all that are below 500. */
    expect: z.array(wholeNumber(100, 599), expectAllowed).min(1, expectAllowed).optional(),
  },
  "must be a map with path, headers, headerVariables or expect",
);

/** What requests of Sluice's own are like. */
export type ProbeConfig = z.output<typeof probe>;
