import type { Container } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { isMap } from "../values/is-map";

/**
 * Objects with other images in their pods, wherever they have a pod template: a cluster may have mirrors of its own.
 *
 * @param images which image runs in place of another, by its full name.
 */
export function withImages(
  objects: readonly ClusterObject[],
  images: Readonly<Record<string, string>>,
): readonly ClusterObject[] {
  if (Object.keys(images).length === 0) return objects;
  return objects.map((object) => mapped(object, images) as ClusterObject);
}

function mapped(value: unknown, images: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, images));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      (name === "containers" || name === "initContainers") && Array.isArray(inner)
        ? (inner as Container[]).map((one) => ({
            ...one,
            ...(one.image !== undefined && { image: mirrorOf(one.image, images) }),
          }))
        : mapped(inner, images),
    ]),
  );
}

/** The image that runs in place of another. */
export function mirrorOf(image: string, images: Readonly<Record<string, string>> = {}): string {
  return (Object.hasOwn(images, image) ? images[image] : undefined) ?? image;
}
