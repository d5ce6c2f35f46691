import { createHash } from "node:crypto";

/** A few characters that tell an object's name from those of others of its kind. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
