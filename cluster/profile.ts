import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../progress/user-error";
import { addressPools } from "../config/addresses";
import { readYaml } from "../values/read-yaml";

const schema = z.strictObject({
  /** What the cluster is called in messages. */
  name: z.string(),
  /** Where charts are taken from instead, by the chart's name. */
  charts: z.record(z.string(), z.string()).default({}),
  /** Which image runs instead of another, by its full name as the stack's config has it. */
  images: z.record(z.string(), z.string()).default({}),
  /** MetalLB's addresses instead of the stack's, where the cluster's network has its own. */
  addresses: addressPools.optional(),
  /** The address of a node, by which NodePorts are asked. */
  nodeAddress: z.string().optional(),
  /** The command before a command, by which it runs where the cluster's addresses can be reached. */
  client: z.array(z.string()).default([]),
});

/**
 * What a disposable cluster (the lab, kind) has in place of what a stack's config names: facts of a machine that don't
 * belong into a committed stack file. A cluster of one's own needs none: its mirrors are config of the stack.
 */
export type ClusterProfile = z.output<typeof schema>;

/** The variable that names the profile's file; `sluice lab env` prints it. */
export const profileVariable = "SLUICE_CLUSTER_PROFILE";

/**
 * Reads a cluster's profile.
 *
 * @param file the file's path; nothing for a cluster without a profile.
 * @throws UserError if the file is missing or isn't a profile.
 */
export function readClusterProfile(file: string | undefined): ClusterProfile | undefined {
  if (!file) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError(
      `${profileVariable} is ${file}, but there is no such file: unset it, or start the lab again`,
      "SLUICE1302",
    );
  }
  const result = schema.safeParse(readYaml(text, file));
  if (result.success) return result.data;
  throw new UserError(`${file} isn't a cluster profile: ${z.prettifyError(result.error)}`, "SLUICE1302");
}
