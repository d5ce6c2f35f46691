import type { LabPart } from "./identity";
import { ingressNginxImage, labImages, type LabImage, program } from "./images/catalog";
import { istioUser } from "./images/istio";
import {
  flaggerModule,
  flaggerVersion,
  type GoModule,
  ingressNginxModule,
  istiodModule,
  istioModule,
  istioVersion,
  type PinnedModule,
  traefikModule,
  traefikVersion,
} from "./modules";
import type { ModuleChart } from "./tools";

/** Definitions of kinds that a Go module brings as manifests. */
export interface ModuleDefinitions {
  /** The lab's module that pins it. */
  readonly module: PinnedModule;
  /** The name of the Go module that they lie in. */
  readonly path: string;
  /** The manifest, or the folder of manifests, inside it. */
  readonly place: string;
}

/** What a lab is given: nothing of a kind is an empty list. */
export interface PartContents {
  /** The Go modules whose programs its images hold. */
  readonly modules: readonly GoModule[];
  readonly images: readonly LabImage[];
  /** The charts that the lab's profile then names. */
  readonly charts: readonly ModuleChart[];
  /** What its API then knows. */
  readonly definitions: readonly ModuleDefinitions[];
}

const nothing: PartContents = { modules: [], images: [], charts: [], definitions: [] };

const istioDefinitions: ModuleDefinitions = {
  module: istioModule,
  path: "istio.io/api",
  place: "kubernetes/customresourcedefinitions.gen.yaml",
};

/** What each optional part brings. */
const partContents: Readonly<Record<LabPart, PartContents>> = {
  prometheus: {
    ...nothing,
    images: [{ reference: "registry.lab/prometheus:2.42", content: { kind: "prometheus" } }],
  },
  flagger: {
    ...nothing,
    modules: [flaggerModule],
    images: [
      {
        reference: `ghcr.io/fluxcd/flagger:${flaggerVersion}`,
        // Its chart's probes call wget.
        content: { kind: "program", module: "flagger", program: "flagger", tools: ["wget"] },
      },
    ],
    charts: ["flagger"],
  },
  "ingress-nginx": {
    ...nothing,
    modules: [ingressNginxModule],
    images: [{ reference: ingressNginxImage, content: { kind: "ingress-nginx", module: "ingress-nginx" } }],
    charts: ["ingress-nginx"],
  },
  traefik: {
    ...nothing,
    modules: [traefikModule],
    images: [program(`docker.io/library/traefik:v${traefikVersion}`, "traefik", "traefik")],
  },
  "gateway-api": {
    ...nothing,
    // Of the version that Traefik is built against: it reads these kinds.
    definitions: [{ module: traefikModule, path: "sigs.k8s.io/gateway-api", place: "config/crd/standard" }],
  },
  "istio-crds": { ...nothing, definitions: [istioDefinitions] },
  istio: {
    modules: [istiodModule],
    // By names of the lab's own: no such version is published, and the Envoy in it is not Istio's.
    images: [
      {
        reference: `registry.lab/istio/pilot:${istioVersion}`,
        content: { kind: "program", module: "istiod", program: "pilot-discovery", user: istioUser },
      },
      {
        reference: `registry.lab/istio/proxyv2:${istioVersion}`,
        content: { kind: "istio-proxy", module: "istiod" },
      },
    ],
    charts: ["istiod", "istio-gateway"],
    definitions: [istioDefinitions],
  },
};

/** What these optional parts bring together. */
export function contentsOf(parts: readonly LabPart[]): PartContents {
  const contents = parts.map((part) => partContents[part]);
  return {
    modules: contents.flatMap(({ modules }) => modules),
    images: contents.flatMap(({ images }) => images),
    charts: contents.flatMap(({ charts }) => charts),
    // Two parts may bring the same ones.
    definitions: [...new Set(contents.flatMap(({ definitions }) => definitions))],
  };
}

/** The images of a lab with these optional parts. */
export function imagesOf(parts: readonly LabPart[]): readonly LabImage[] {
  return [...labImages, ...contentsOf(parts).images];
}
