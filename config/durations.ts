import { z } from "zod";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go and Flagger write it (`500ms`, `30s`, `1m30s`, `2h`); nothing for any other text. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
}

/** A duration as a text with its unit, in milliseconds when read. */
export function duration(
  lowest: string,
  highest: string,
  allowed = `must be a duration from ${lowest} to ${highest}, such as ${lowest}, 30s or 1m30s`,
) {
  const [from = 0, to = 0] = [lowest, highest].map((text) => parseDuration(text) ?? 0);
  return z
    .string(allowed)
    .transform((text) => parseDuration(text) ?? NaN)
    .refine((milliseconds) => milliseconds >= from && milliseconds <= to, allowed);
}

/** A duration as a stack may have it, in seconds. */
export function inSeconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
