import { z } from "zod";
import { compilePattern } from "../traffic/pattern";
import type { Variant } from "../kubernetes/application";
import { chartValues, chartVersion } from "./from";
import { kubernetesName, kubernetesPart, oneOf, strictObject, text, versionName, wholeNumber, yesOrNo } from "./fields";
import { refusing } from "./wrong";

const path = text(/^\/(?!.*\/$)(?!.*\/\/)[^:]+$/, "must be an absolute path without : and // in it");

/** Keeps the number of pods between two bounds by their CPU use (autoscaling/v2 HorizontalPodAutoscaler). */
const autoscaling = strictObject({
  /** Never fewer pods than this. */
  minReplicas: wholeNumber(1, 1000),
  /** Never more pods than this. */
  maxReplicas: wholeNumber(1, 1000),
  /** The CPU use, in percent of the request, that the autoscaler steers for; 70 by default. */
  cpuPercent: wholeNumber(1, 100, " (percent)").default(70),
}).refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
  path: ["maxReplicas"],
  message: "must be at least minReplicas",
});

const handlers = ["exec", "grpc", "httpGet", "tcpSocket"];

/** A core/v1 Probe. That it asks by one means exactly is a rule of the API server's that its schema doesn't have. */
const probe = kubernetesPart("V1Probe").refine(
  (given) => handlers.filter((handler) => given[handler] !== undefined).length === 1,
  `must have one of ${handlers.join(", ")}: leave the probe out for none`,
);

/** How the kubelet finds out whether a pod has started, is ready and is alive (core/v1 Probe). */
const probes = strictObject({
  /** The path that the default readiness probe asks by HTTP; `/` by default. */
  path: text(/^\//, "must be a path that starts with /").default("/"),
  /** A core/v1 Probe that must succeed before the others begin; none by default. */
  startup: probe.optional(),
  /** A core/v1 Probe instead of the default readiness probe. */
  readiness: probe.optional(),
  /** A core/v1 Probe whose failure restarts the container; none by default. */
  liveness: probe.optional(),
});

/** How many pods, or how many percent of the replicas (apps/v1 RollingUpdateDeployment). */
const podsAllowed = "must be a number of pods, or percent of the replicas such as 25%";
const podsOrPercent = z.union([text(/^\d{1,3}%$/, podsAllowed), wholeNumber(0, 1000)], podsAllowed);

/** What an image must be. */
export const imageNeeded = "must be a container image, for example nginx:1.27.3";

/** One version of the workload: what its pods run. */
const version = strictObject(
  {
    /** The container image, with its tag or digest; under `from`, in place of the one that the objects have. */
    image: text(/^[^\s]+$/, imageNeeded).optional(),
    /** Under `from`: what else is different in this version's pods, a strategic merge patch on the pod template. */
    patch: z.record(z.string(), z.unknown(), "must be a map as kubectl patch takes it").optional(),
    /** Under `from.chart`: values merged over the chart's, from which this version's pods are made. */
    values: chartValues.optional(),
    /** Under `from.chart`: the chart's version that this version's pods are made from. */
    version: chartVersion.optional(),
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
        text(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, "must be a name of letters, digits and - . _"),
        z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], "must be a text"),
        "must be a map from name to text",
      )
      .default({}),
    /** core/v1 ResourceRequirements; small requests and no limits by default. */
    resources: kubernetesPart("V1ResourceRequirements").optional(),
    /** How the kubelet probes the pods; by default for readiness alone, by HTTP on `/`. */
    probes: probes.optional(),
    /** The user that the container runs as, never root and without capabilities; the image's own by default. */
    runAsUser: wholeNumber(1, 4294967294).optional(),
    /** True if the container may write to its `writableFolders` alone; false by default. */
    readOnlyRootFilesystem: yesOrNo().optional(),
    /** The ServiceAccount of the pods, by which they ask the API server; without it they have no token. */
    serviceAccountName: kubernetesName.optional(),
    /** When the kubelet pulls the image (core/v1 Container); by its tag by default, as Kubernetes does. */
    imagePullPolicy: oneOf("Always", "IfNotPresent", "Never").optional(),
    /** Seconds that a pod must be ready before it counts as available (apps/v1 DeploymentSpec); 0 by default. */
    minReadySeconds: wholeNumber(0, 299, " (seconds)").optional(),
    /** How many pods more than wanted there may be while the Deployment rolls, or percent; 1 by default. */
    maxSurge: podsOrPercent.optional(),
    /** How many pods fewer than wanted there may be while the Deployment rolls, or percent; 0 by default. */
    maxUnavailable: podsOrPercent.optional(),
    /** Seconds a pod keeps serving after it was told to go, until every router has heard of it; 5 by default. */
    drainSeconds: wholeNumber(0, 600, " (seconds)").default(5),
    /** A regular expression found in this version's answers only, by which requests are counted; its name by default. */
    answer: z
      .string("must be a regular expression")
      .max(1024, "must have at most 1024 characters")
      .refine((pattern) => compilePattern(pattern) !== undefined, "must be a regular expression that compiles")
      .optional(),
    /** Scales by CPU instead of a fixed number of replicas. */
    autoscaling: autoscaling.optional(),
    /** How many pods must stay when nodes are drained (policy/v1 PodDisruptionBudget); no budget by default. */
    minAvailable: wholeNumber(1, 1000, " (pods)").optional(),
  },
  "must be a map with an image",
).superRefine(
  refusing(({ autoscaling, replicas, maxSurge = 1, maxUnavailable = 0 }) => [
    [
      "replicas",
      autoscaling && replicas !== undefined,
      "has no meaning beside autoscaling, which owns the number of pods: leave one of the two out",
    ],
    [
      "maxSurge",
      [maxSurge, maxUnavailable].every((pods) => parseInt(`${pods}`) === 0),
      "must be at least 1 unless maxUnavailable is: with neither a Deployment can't roll",
    ],
  ]),
);

/** The workload's versions by name. */
export const versions = versionsOf(version);

/** The same without `from`: each version has an image. */
export const describedVersions = versionsOf(
  version
    .refine(({ image }) => image !== undefined, { path: ["image"], message: imageNeeded })
    .transform((one) => one as VersionConfig),
);

function versionsOf<Version extends z.ZodType>(one: Version) {
  return z
    .record(versionName, one, "must be a map from version names to their image and settings")
    .refine((all) => Object.keys(all).length > 0, "must have at least one version");
}

/** One version's settings as they were given, with defaults filled in. */
export type GivenVersion = z.output<typeof version>;

/** One version's settings; under `from`, what the application's objects say is among them. */
export type VersionConfig = GivenVersion & {
  readonly image: string;
  /** Under `from`: a digest of the objects' pod template, which is a part of what the version runs. */
  readonly template?: string;
  /** Under `from.chart`: what this version's own values make of the chart. */
  readonly variant?: Variant;
};
