import { stringify } from "yaml";
import type { ClusterProfile } from "../cluster/profile";
import { addresses } from "./cluster/addresses";
import { identify, type LabOptions, namespacePath } from "./identity";
import { imageMap } from "./images/catalog";

/** The lab's profile. It follows from its name and from where charts are, by their names; no lab need run. */
export function clusterProfile(options: LabOptions, charts: ClusterProfile["charts"]): ClusterProfile {
  const lab = identify(options);
  return {
    name: lab.name,
    charts,
    images: imageMap,
    nodeAddress: addresses.gateway.replace(/\/.*/, ""),
    client: ["nsenter", `--net=${namespacePath(lab.clientNamespace)}`],
  };
}

/** The profile as a file's text. */
export function renderProfile(profile: ClusterProfile): string {
  return stringify(profile);
}
