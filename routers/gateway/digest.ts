import { createHash } from "node:crypto";

/** A few characters that make an object's name unique among its kind. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
