import { posix } from "node:path";

/** What a stack's objects are made from; a test follows the program's imports and finds each file here. */
const program = [
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "index.ts",
  "config.ts",
  "components/**",
  "config/**",
  "kubernetes/**",
  "policies/**",
  "progress/**",
  "cluster/**",
  "record/**",
  "render/manifest.ts",
  "routers/**",
  "sources/**",
  "rollout/**",
  "traffic/**",
  "values/**",
  "workloads/**",
];

/**
 * The path filters of a stack: what it is made from, so that a push of documents or of another stack's file starts nothing.
 *
 * @param stack the stack's name, whose file is `Pulumi.<stack>.yaml`.
 * @param repoDir the program's folder in the repository; Pulumi matches filters with whole paths from the repository's root.
 */
export function pathFilters(stack: string, repoDir: string): string[] {
  return [...program, `Pulumi.${stack}.yaml`].map((pattern) => posix.join(repoDir, pattern));
}
