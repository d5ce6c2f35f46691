import { z } from "zod";
import { label, strictObject } from "./fields";
import { describedVersions, type VersionConfig } from "./versions";

/** Several workloads of one release, by name, each in the same versions. */
export const workloads = z
  .record(
    label,
    strictObject({
      versions: describedVersions,
      /** The workloads that this one calls: each version calls the same version of theirs. */
      calls: z.array(label, "must be a list of workloads").default([]),
    }),
    "must be a map from workloads' names to their versions",
  )
  .refine((all) => Object.keys(all).length > 1, "must have at least two workloads: one alone is sluice:workload");

/** One of several workloads. */
export interface WorkloadConfig {
  readonly versions: Readonly<Record<string, VersionConfig>>;
  readonly calls: readonly string[];
}

/** Those workloads that no other one calls; users reach the only one. */
export function uncalled(all: Readonly<Record<string, WorkloadConfig>>): string[] {
  const called = new Set(Object.values(all).flatMap(({ calls }) => calls));
  return Object.keys(all).filter((name) => !called.has(name));
}

/** The place in a file or a variable where the Service goes that a workload calls. */
const place = /\{\{\s*service\.([^\s}]*)\s*\}\}/g;

/** The workloads whose Service a version's files and variables ask for by `{{ service.NAME }}`. */
export function servicesIn({ env, files }: Pick<VersionConfig, "env" | "files">): string[] {
  return [...Object.values(env), ...Object.values(files)].flatMap((text) =>
    [...text.matchAll(place)].map(([, name = ""]) => name),
  );
}

/** A version whose files and variables have the names of Services in their places. */
export function withServices(version: VersionConfig, serviceOf: (workload: string) => string): VersionConfig {
  const fill = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, text.replace(place, (_, name: string) => serviceOf(name))]),
    );
  return { ...version, env: fill(version.env), files: fill(version.files) };
}
