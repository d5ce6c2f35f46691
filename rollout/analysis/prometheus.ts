import { z } from "zod";
import { ConfigError } from "../../config/problems";
import { UserError } from "../../progress/user-error";
import { causeOf } from "./cause";
import type { PrometheusReply, PrometheusTransport } from "./transport";

/** One of the series that a query gives, with its labels. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN, or infinite. */
  readonly value: number;
}

/** Thrown where a query has no answer: it is wrong (`query`), or Prometheus can't be asked (`server`). */
export class PrometheusError extends UserError {
  override readonly name = "PrometheusError";
  override readonly code = "SLUICE1601";

  constructor(
    readonly blame: "query" | "server",
    message: string,
  ) {
    super(message);
  }
}

const sample = z.tuple([z.number(), z.string()]);
const answer = z.union([
  z.object({
    status: z.literal("success"),
    data: z.union([
      z.object({
        resultType: z.literal("vector"),
        // A native histogram has no `value`.
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: sample.optional() })),
      }),
      z.object({ resultType: z.literal("scalar"), result: sample }),
      z.object({ resultType: z.enum(["matrix", "string"]) }),
    ]),
  }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);
/** How the API server says what is wrong. */
const kubernetesStatus = z.object({ kind: z.literal("Status"), message: z.string() });

/**
 * Evaluates PromQL at Prometheus' own present.
 *
 * @returns the series that it gives; none where there is no data.
 * @throws PrometheusError where there is no answer; the signal's reason where that is aborted.
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
 */
export async function askPrometheus(
  transport: PrometheusTransport,
  promql: string,
  signal: AbortSignal,
  timeoutMilliseconds = 10_000,
): Promise<Series[]> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const prometheus = `Prometheus at ${transport.address}`;
  try {
    return seriesIn(await transport.query(promql, AbortSignal.any([signal, timeout])), prometheus);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PrometheusError || error instanceof ConfigError) throw error;
    const why = timeout.aborted ? `no answer within ${timeoutMilliseconds / 1000} s` : causeOf(error);
    throw new PrometheusError("server", `${prometheus} can't be asked: ${why}`);
  }
}

/**
 * The one number of a query's answer; nothing where there is no data, or what is not a number.
 *
 * @throws PrometheusError for more than one series.
 */
export function singleNumber(series: readonly Series[]): number | undefined {
  if (series.length > 1)
    throw new PrometheusError(
      "query",
      `it gives ${series.length} series where one number is needed: aggregate them, for example by sum(…)`,
    );
  const value = series[0]?.value;
  return Number.isNaN(value) ? undefined : value;
}

function seriesIn({ status, body }: PrometheusReply, prometheus: string): Series[] {
  const json = parseJson(body);
  const parsed = answer.safeParse(json);
  if (!parsed.success) {
    const { data } = kubernetesStatus.safeParse(json);
    const what = data?.message ?? JSON.stringify(body.slice(0, 200));
    throw new PrometheusError("server", `${prometheus} gives no answer of its API, but status ${status}: ${what}`);
  }
  if (parsed.data.status === "error") {
    const { errorType, error } = parsed.data;
    // 422, execution: the query is well formed, but has no meaning for the series that there are.
    const isQuery = errorType === "bad_data" || errorType === "execution";
    throw isQuery
      ? new PrometheusError("query", error)
      : new PrometheusError("server", `${prometheus} can't be asked: status ${status}, ${errorType}: ${error}`);
  }
  const { data } = parsed.data;
  if (data.resultType === "vector")
    return data.result.map(({ metric, value }) => ({ labels: metric, value: value ? numberIn(value[1]) : NaN }));
  if (data.resultType === "scalar") return [{ labels: {}, value: numberIn(data.result[1]) }];
  const what = data.resultType === "matrix" ? "a range of samples" : "a text";
  throw new PrometheusError("query", `it gives ${what} where one number is needed`);
}

/** Prometheus writes numbers as texts: `1`, `+Inf`, `-Inf`, `NaN`. */
export function numberIn(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
