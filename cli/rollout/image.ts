import { parse } from "yaml";
import type { StackConfig } from "../../config";
import { editStack } from "../../engine/edit-stack";
import { UserError } from "../../progress/user-error";
import { mainVersion, trialVersion } from "../../traffic/plan";

/**
 * A stack file's text with another image for the version that is to be rolled out.
 *
 * @param to the version; the stack's canary or idle color if it is left out. One that is not there yet is made like the
 * version that users have.
 * @throws UserError if users have this version already, or there is none to take.
 */
export function withImage(
  text: string,
  { plan, versions }: StackConfig,
  image: string,
  to: string | undefined,
): string {
  const serving = mainVersion(plan);
  const version = to ?? trialVersion(plan);
  if (version === undefined)
    throw new UserError("--image needs --to VERSION: the stack names no canary that could get it", "SLUICE1005");
  if (version === serving)
    throw new UserError(
      `--to is ${version}: it must be another version than the one that serves users, or they would get ${image} at once`,
      "SLUICE1005",
    );
  const path = ["sluice:versions", version];
  if (versions[version]) return editStack(text, [[[...path, "image"], image]]);
  const { config } = parse(text) as { config: { "sluice:versions"?: Record<string, Record<string, unknown>> } };
  // The copied version's answer pattern would match both versions.
  const given = config["sluice:versions"]?.[serving];
  const { answer: _, ...like } = given ?? {};
  if (given === undefined)
    throw new UserError(
      `versions.${version} can't be made like ${serving}: the stack's file has no versions.${serving}`,
      "SLUICE1108",
    );
  return editStack(text, [[path, { ...like, image }]]);
}
