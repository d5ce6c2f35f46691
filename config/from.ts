import { z } from "zod";
import { isObject, type ClusterObject } from "../kubernetes/cluster-object";
import { label, oneOf, someText, strictObject, text, versionName } from "./fields";
import { refusing, type Row } from "./wrong";

/** The version of a chart. */
export const chartVersion = someText("must be a version");

/** The values of a chart, as its values.yaml has them. */
export const chartValues = z.record(z.string(), z.unknown(), "must be a map of the chart's values");

const objectList = z.array(
  z.custom<ClusterObject>(isObject, "must be an object with apiVersion, kind and metadata.name"),
  "must be a list of objects",
);

const workloadName = text(
  /^[A-Za-z]+\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  "must be KIND/NAME, for example Deployment/shop",
);

/** The source of the application's objects. */
export const from = strictObject(
  {
    /** A file, a folder of them, or a kustomization; relative to the stack's file. */
    manifests: someText("must be the path of a file, a folder or a kustomization").optional(),
    /** A Helm chart: a folder or an archive, relative to the stack's file, an oci:// reference, or a name in `repository`. */
    chart: someText("must be a chart's path, reference or name").optional(),
    /** The address of the repository that has the chart. */
    repository: z.string("must be the address of a chart repository").optional(),
    /** The chart's version; a version of the workload may have another. */
    version: chartVersion.optional(),
    /** The chart's values; those of a version of the workload are merged over them. */
    values: chartValues.optional(),
    /** The release's name, from which charts make names; the chart's by default. */
    release: label.optional(),
    /** What becomes of a chart's hooks: `apply` has them applied once, like every other object; `leaveOut` leaves them out. */
    hooks: oneOf("apply", "leaveOut").optional(),
    /**
     * A workload that runs already, as KIND/NAME, which is the version without image and patch: it stays as it is, and other
     * versions come beside it. Its objects are read from the namespace of the stack, or from `manifests` if they are named.
     */
    live: workloadName.optional(),
    /** The workload that has versions, as KIND/NAME, if the objects have several. */
    workload: workloadName.optional(),
    /** The container whose image a version's `image` replaces, if the pod has several. */
    container: z.string("must be a container's name").optional(),
    /** The objects themselves; Sluice puts them here when it has read the source. */
    objects: objectList.optional(),
    /** The files that they were read from, by KIND/NAME, for messages. */
    files: z.record(z.string(), z.string()).optional(),
    /** The objects of each version that has `values` or a `version` of its own, by the version's name. */
    variants: z.record(versionName, objectList).optional(),
    /** True in a rollout's record, which has only the objects by which users reach versions. */
    isPart: z.literal(true).optional(),
  },
  "must be a map of manifests, chart or live, workload and container",
)
  .refine(({ manifests, chart, live, objects }) => (manifests ?? chart ?? live ?? objects) !== undefined, {
    path: ["manifests"],
    message:
      "must name a file, a folder or a kustomization, relative to the stack's file, or sluice:from.chart a chart, or sluice:from.live what runs already",
  })
  .superRefine(
    refusing(({ manifests, chart, live, workload, ...others }) => [
      ["chart", manifests && chart, "has no meaning beside sluice:from.manifests: remove one of the two"],
      [
        "live",
        live && chart,
        "has no meaning beside sluice:from.chart, whose objects Sluice makes: remove one of the two",
      ],
      ["workload", live && workload, "has no meaning beside sluice:from.live, which names the workload: remove it"],
      ...(["repository", "version", "values", "release", "hooks"] as const).map((key): Row => [
        key,
        chart === undefined && others[key] !== undefined,
        "has no meaning without sluice:from.chart",
      ]),
    ]),
  );

/** The source of an application's objects, checked. */
export type FromConfig = z.output<typeof from>;

/** The key of a stack that names the source of its objects, for messages about them. */
export function sourceKey({ chart, live }: Pick<FromConfig, "chart" | "live"> = {}): string {
  if (live !== undefined) return "from.live";
  return chart === undefined ? "from.manifests" : "from.chart";
}
