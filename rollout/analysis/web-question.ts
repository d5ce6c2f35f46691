import type { WebMetricConfig } from "../../config/web-metric";
import type { Named } from "./controller-series";
import { fillPlaceholders } from "./placeholders";
import type { WebQuestion } from "./web";

/**
 * What a web API is asked in a round, its placeholders filled in.
 *
 * @param index the metric's place in the stack's list.
 * @param window its length in seconds, and its end in milliseconds since 1970.
 * @throws ConfigError for placeholders that nobody knows.
 */
export function webQuestion(
  web: WebMetricConfig,
  index: number,
  subject: Named,
  { seconds, at }: { readonly seconds: number; readonly at: number },
): WebQuestion {
  const to = Math.floor(at / 1000);
  const window = { from: String(to - seconds), to: String(to) };
  const filled = (key: "url" | "body", text: string) =>
    fillPlaceholders(text, index, subject, seconds, `web.${key}`, window);
  return {
    ...web,
    url: filled("url", web.url),
    ...(web.body !== undefined && { body: filled("body", web.body) }),
  };
}
