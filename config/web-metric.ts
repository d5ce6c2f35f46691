import type { z } from "zod";
import { oneOf, someText, strictObject, text } from "./fields";
import { httpUrl, requestHeaders } from "./http";

/** The environment variables that requests to AWS are signed by; for temporary credentials, `AWS_SESSION_TOKEN` too. */
export const awsVariables = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

const awsName = text(/^[a-z0-9-]+$/, "must be lower-case letters, digits and -, such as monitoring or eu-west-1");

/**
 * A web API that answers with JSON: Datadog, New Relic, InfluxDB, Graphite, CloudWatch, or one of your own. In the address and the body,
 * the placeholders of a query are filled in, and `{{ from }}` and `{{ to }}`: the window in seconds since 1970.
 */
export const webMetric = strictObject(
  {
    /** The address. Keep keys out of it, and put them into `headerVariables`. */
    url: httpUrl.refine(
      (text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === "",
      "must have no user and no password: put them into headerVariables",
    ),
    /** How it is asked; `GET` by default, `POST` with a body. */
    method: oneOf("GET", "POST").optional(),
    ...requestHeaders,
    /**
     * Signs the request for AWS (Signature Version 4), by the environment variables of AWS' own tools: `AWS_ACCESS_KEY_ID`,
     * `AWS_SECRET_ACCESS_KEY` and, for temporary credentials, `AWS_SESSION_TOKEN`.
     */
    aws: strictObject({
      /** The service as signatures name it: `monitoring` for CloudWatch, `aps` for Managed Prometheus. */
      service: awsName,
      /** The region that the address is of: `eu-west-1`. */
      region: awsName,
    }).optional(),
    /** What is sent. */
    body: someText("must be a text").optional(),
    /**
     * The place of the number in the answer, as JSONPath without scripts and filters: `$.series[0].pointlist[-1:][1]`. An
     * answer without it counts as no data.
     *
     * @see https://www.rfc-editor.org/rfc/rfc9535
     */
    jsonPath: text(/^\$/, "must be a JSONPath, which begins with $")
      .refine((path) => !/[?(]/.test(path), "must be a JSONPath without filters and scripts")
      .default("$"),
  },
  "must be a map with url and jsonPath",
);

/** A web API that a metric's value comes from. */
export type WebMetricConfig = z.output<typeof webMetric>;
