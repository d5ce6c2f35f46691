import { z } from "zod";
import { compilePattern } from "../traffic/pattern";
import { kubernetesObject, strictObject, versionName, wholeNumber } from "./fields";

const path = z
  .string("must be an absolute path")
  .regex(/^\/(?!.*\/$)(?!.*\/\/)[^:]+$/, "must be an absolute path without : and // in it");

/** Keeps the number of pods between two bounds by their CPU use (autoscaling/v2 HorizontalPodAutoscaler). */
const autoscaling = strictObject(
  {
    /** Never fewer pods than this. */
    minReplicas: wholeNumber(1, 1000),
    /** Never more pods than this. */
    maxReplicas: wholeNumber(1, 1000),
    /** The CPU use, in percent of the request, that the autoscaler steers for; 70 by default. */
    cpuPercent: wholeNumber(1, 100, " (percent)").default(70),
  },
  "must be a map of minReplicas, maxReplicas and cpuPercent",
).refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
  path: ["maxReplicas"],
  message: "must be at least minReplicas",
});

/** How the kubelet finds out that a pod is ready and alive (core/v1 Probe). */
const probes = strictObject(
  {
    /** The path both default probes ask by HTTP; `/` by default. */
    path: z.string("must be a path").startsWith("/", "must be a path that starts with /").default("/"),
    /** A core/v1 Probe instead of the default readiness probe. */
    readiness: kubernetesObject.optional(),
    /** A core/v1 Probe instead of the default liveness probe. */
    liveness: kubernetesObject.optional(),
  },
  "must be a map of path, readiness and liveness",
);

/** One version of the workload: what its pods run. */
const version = strictObject(
  {
    /** The container image, with its tag or digest. */
    image: z
      .string("must be a container image, for example nginx:1.27.3")
      .regex(/^[^\s]+$/, "must be a container image, for example nginx:1.27.3"),
    /** How many pods; 1 by default. Not allowed beside `autoscaling`, which owns the number. */
    replicas: wholeNumber(0, 1000, " (pods)").optional(),
    /** The TCP port that the container listens on; 80 by default. */
    port: wholeNumber(1, 65535).default(80),
    /** Files in the container by path; a changed file rolls the pods. */
    files: z.record(path, z.string("must be the file's text"), "must be a map from path to text").default({}),
    /** Folders that the container may write to, empty at the start of each pod. */
    writableFolders: z.array(path, "must be a list of absolute paths").default([]),
    /** Environment variables by name. */
    env: z
      .record(
        z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, "must be a name of letters, digits and - . _"),
        z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], "must be a text"),
        "must be a map from name to text",
      )
      .default({}),
    /** core/v1 ResourceRequirements; small requests and a memory limit by default. */
    resources: kubernetesObject.optional(),
    /** How the kubelet probes the pods; by HTTP on `/` by default. */
    probes: probes.optional(),
    /** The user that the container runs as, never root; 65532 by default. */
    runAsUser: wholeNumber(1, 4294967294).default(65532),
    /** Seconds a pod keeps serving after it was told to go, until every router has heard of it; 5 by default. */
    drainSeconds: wholeNumber(0, 600, " (seconds)").default(5),
    /** A regular expression found in this version's answers only, by which requests are counted; its name by default. */
    answer: z
      .string("must be a regular expression")
      .refine((pattern) => compilePattern(pattern) !== undefined, "must be a regular expression that compiles")
      .optional(),
    /** Scales by CPU instead of a fixed number of replicas. */
    autoscaling: autoscaling.optional(),
    /** How many pods must stay when nodes are drained (policy/v1 PodDisruptionBudget); no budget by default. */
    minAvailable: wholeNumber(1, 1000, " (pods)").optional(),
  },
  "must be a map with an image",
).refine((one) => one.autoscaling === undefined || one.replicas === undefined, {
  path: ["replicas"],
  message: "has no meaning beside autoscaling, which owns the number of pods: leave one of the two out",
});

/** The workload's versions by name. */
export const versions = z
  .record(versionName, version, "must be a map from version names to their image and settings")
  .refine((all) => Object.keys(all).length > 0, "must have at least one version");

/** One version's settings, with defaults filled in. */
export type VersionConfig = z.output<typeof version>;
