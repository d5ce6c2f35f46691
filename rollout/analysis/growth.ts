import type { Counters } from "../../routers/router";

/** The label matchers by which Prometheus may have counters, of which at most one has series. */
export function spellingsOf({ labels, renamed }: Counters): string[] {
  const spell = (isRenamed: boolean) =>
    Object.entries(labels)
      .map(([label, value]) => {
        const is = typeof value === "string" ? `="${value}"` : `=~"${value.matches}"`;
        if (label !== renamed) return `${label}${is}`;
        return isRenamed ? `exported_${label}${is}` : `${label}${is},exported_${label}=""`;
      })
      .join(",");
  return renamed === undefined ? [spell(false)] : [spell(false), spell(true)];
}

/**
 * PromQL for how much each counter grew in the last seconds, counted as exactly as Prometheus' samples allow.
 *
 * `increase` alone does not do: it extrapolates to the window's ends, so that 5 errors may become 7.5, which is no
 * count that a test of significance may be fed with; and it takes no notice of a series' first value, so that the first
 * errors, which bring the series with status 503 about, are not seen. Here
 * 1. a series that came up within the window counts with all that it has, where its target had been scraped before;
 * 2. any other that was not reset counts with the difference of its last and its first sample in the window;
 * 3. one that was reset counts by `increase`.
 */
export function growth(counters: Counters, seconds: number): string {
  const { metric } = counters;
  return spellingsOf(counters)
    .map((matchers) => {
      const series = `${metric}{${matchers}}`;
      const range = `${series}[${seconds}s]`;
      const before = `offset ${seconds}s`;
      return [
        `(max_over_time(${range}) unless ${series} ${before}) and on (job, instance) (up ${before} == 1)`,
        `(max_over_time(${range}) - min_over_time(${range})) and resets(${range}) == 0`,
        `increase(${range})`,
      ].join(" or ");
    })
    .join(" or ");
}

/** PromQL for how many samples the window has of the series that has most; no series where there is none. */
export function samplesIn(counters: Counters, seconds: number): string {
  const counts = spellingsOf(counters).map(
    (matchers) => `count_over_time(${counters.metric}{${matchers}}[${seconds}s])`,
  );
  return `max(${counts.join(" or ")})`;
}
