import { stringify } from "yaml";
import { identify, type LabOptions, namespacePath } from "./identity";
import { imageMap } from "./images/catalog";

/** Facts about a cluster that stack config should not carry. */
export interface ClusterProfile {
  readonly name: string;
  /** Charts that come from elsewhere than their public repository. */
  readonly charts: Readonly<Record<string, string>>;
  /** Images that go by another name here. */
  readonly images: Readonly<Record<string, string>>;
  /** What a command is prefixed with to send requests from where a client would be. */
  readonly client: readonly string[];
}

/** The lab's profile. It follows from its name and from where MetalLB's chart is; no lab need run. */
export function clusterProfile(options: LabOptions, metallbChart: string): ClusterProfile {
  const lab = identify(options);
  return {
    name: lab.name,
    charts: { metallb: metallbChart },
    images: imageMap,
    client: ["nsenter", `--net=${namespacePath(lab.clientNamespace)}`],
  };
}

/** The profile as a file's text. */
export function renderProfile(profile: ClusterProfile): string {
  return stringify(profile);
}
