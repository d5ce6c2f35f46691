/** What came back from Prometheus, or from what stands before it. */
export interface PrometheusReply {
  /** The HTTP status. */
  readonly status: number;
  readonly body: string;
}

/** A way to Prometheus. */
export interface PrometheusTransport {
  /** Where Prometheus is, for people; without anything secret. */
  readonly address: string;
  /** What to look at where it does not answer, as the rest of a sentence that begins with "check". */
  readonly whatToCheck: string;
  /**
   * Sends an instant query.
   *
   * @throws Error where nothing comes back, ConfigError where what the stack says of Prometheus can't be used.
   */
  query(promql: string, signal: AbortSignal): Promise<PrometheusReply>;
}
