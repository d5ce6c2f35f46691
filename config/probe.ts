import type { z } from "zod";
import { someOf, strictObject, text, wholeNumber } from "./fields";
import { requestHeaders } from "./http";

/** What requests of Sluice's own are like, by which metrics with source `probe` are measured. */
export const probe = strictObject({
  /** The path that is asked, one of the stack's routes; that of the first route by default. */
  path: text(/^\/[^\s#]*$/, "must be a path that begins with /, such as /health").optional(),
  ...requestHeaders,
  /** The statuses of a good answer; by default all that are below 500. */
  expect: someOf(
    wholeNumber(100, 599),
    "must be a list of HTTP statuses from 100 to 599, such as [200, 302]",
  ).optional(),
});

/** What requests of Sluice's own are like. */
export type ProbeConfig = z.output<typeof probe>;
