import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../progress/user-error";

/** How strict the pack is. */
export type PolicyLevel = "development" | "production";

const ownFolder = join(__dirname, "..", "..", "policies", "config");

/**
 * The pack's config of a level, as `--policy-pack-config` takes it too, so that a policy group is never stricter or
 * laxer than a laptop.
 *
 * @throws UserError where the file is missing or no JSON map.
 */
export function readPolicyConfig(level: PolicyLevel, folder = ownFolder): Record<string, unknown> {
  const file = join(folder, `${level}.json`);
  try {
    const config: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof config === "object" && config !== null && !Array.isArray(config)) return { ...config };
    throw new Error("it must be a map of policies to their config");
  } catch (error) {
    throw new UserError(`can't read the policies' config ${file}: ${(error as Error).message}`, "SLUICE1103");
  }
}
