import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import { allContainers, placeOf, podsOf } from "./support/pods";
import { settingsOf } from "./support/settings";
import { eachOf } from "./support/unknowns";

/** Settings of {@link imageIsPinned}. */
export interface ImageIsPinnedSettings {
  /** True where a tag is not enough, because its image can be replaced in the registry. */
  readonly requireDigest: boolean;
}

const defaults: ImageIsPinnedSettings = { requireDigest: false };

const digest = /@sha256:[0-9a-f]{64}$/;

/**
 * Stops images that may be another one tomorrow: then pods of one version differ, and a rollback brings back something
 * that never ran.
 *
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export const imageIsPinned: ResourceValidationPolicy = {
  name: "image-is-pinned",
  description: "Every image has a tag other than latest, or a digest.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: productionPractice,
  configSchema: {
    properties: {
      requireDigest: {
        type: "boolean",
        default: defaults.requireDigest,
        description: "Refuse images without a digest; a tag can be moved to another image",
      },
    },
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    const settings = settingsOf(args, defaults);
    if (!pods) return;
    eachOf(allContainers(pods.spec), ({ name, image = "" }) => {
      const problem = problemOf(image, settings);
      if (problem === undefined) return;
      report(`${pods.title}, container ${name}: the image "${image}" ${problem} in ${placeOf(pods, "image")}.`);
    });
  },
};

function problemOf(image: string, { requireDigest }: ImageIsPinnedSettings): string | undefined {
  if (digest.test(image)) return undefined;
  if (requireDigest) return "has no digest: add @sha256: and the image's digest";
  // A colon in front of the last slash is the registry's port.
  const [name = ""] = image.slice(image.lastIndexOf("/") + 1).split("@");
  const [, tag] = name.split(":");
  if (tag === undefined || tag === "") return "has no tag, which means latest: name a version";
  return tag === "latest" ? "has the tag latest: name a version" : undefined;
}
