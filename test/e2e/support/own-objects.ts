import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { readObjects } from "../../../sources/yaml";

/** The image of the storefront's web server, which the lab has. */
export const webImage = "openresty/openresty:1.27.1.1-0-bookworm-fat";

/** The patch by which a version of the storefront has its other look. */
export const newLook = {
  spec: {
    containers: [
      {
        name: "web",
        volumeMounts: [{ name: "looks", mountPath: "/usr/local/openresty/nginx/conf/nginx.conf", subPath: "new.conf" }],
      },
    ],
  },
};

/** The storefront's objects of these kinds and names, as `Deployment/web`. */
export function storefront(...names: readonly string[]): ClusterObject[] {
  const file = join(__dirname, "storefront/storefront.yaml");
  const all = readObjects(readFileSync(file, "utf8"), file);
  return names.map((name) => {
    const found = all.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name);
    if (!found) throw new Error(`the storefront has no ${name}`);
    return found;
  });
}

/** Writes objects to a file in a folder of its own; the file's path. */
export function writeObjects(objects: readonly object[]): string {
  const file = join(mkdtempSync(join(tmpdir(), "sluice-e2e-")), "all.yaml");
  writeFileSync(file, objects.map((object) => stringify(object)).join("---\n"));
  return file;
}
