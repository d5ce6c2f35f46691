import { z } from "zod";
import { addressPools } from "./addresses";
import {
  kubernetesName,
  kubernetesObject,
  label,
  oneOf,
  someText,
  strictObject,
  text,
  wholeNumber,
  yesOrNo,
} from "./fields";

const chartPlace = {
  /** The chart's name in its repository, a folder, an archive or an `oci://` reference. */
  chart: someText("must be a chart's name, path or oci:// reference").optional(),
  /** The chart repository's address; none for a path or an `oci://` reference. */
  repository: z.url("must be the address of a chart repository").optional(),
  /** The chart's version. */
  version: text(/^v?\d+\.\d+\.\d+/, "must be a version such as 0.15.2").optional(),
  /** Further values of the chart, which win over Sluice's. */
  values: kubernetesObject.optional(),
};

/** MetalLB, which gives Services of type LoadBalancer their addresses on a cluster without a cloud. */
export const metallb = strictObject(
  {
    /** The addresses it may give: ranges or CIDR blocks. */
    addresses: addressPools,
    /** The name of its IPAddressPool, which Services and MetalLB's metrics refer to; `sluice` by default. */
    pool: kubernetesName.optional(),
    /** The name of its L2Advertisement; `sluice` by default. */
    advertisement: kubernetesName.optional(),
    ...chartPlace,
  },
  "must be a map with addresses",
);

const image = strictObject({
  /** The image's repository: registry and name, without the tag. */
  repository: someText("must be an image's repository without tag").optional(),
  /** The image's tag. */
  tag: someText("must be an image's tag").optional(),
  /** The image's digest, `sha256:…`. */
  digest: text(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 hexadecimal digits").optional(),
});

/** Further annotations that the controller reads, by their full names: those of a fork, or of a version to come. */
const readsAnnotations = z.array(z.string("must be an annotation's name"), "must be a list of annotations").optional();

const common = {
  /**
   * The class by which routes choose this controller: an IngressClass, `nginx` by default, or under router gateway a
   * GatewayClass, `traefik` by default.
   */
  className: label.optional(),
  /** How many pods of the controller; 1 by default. */
  replicas: wholeNumber(1, 100, " (pods)").default(1),
  /**
   * `Local` keeps the client's address and answers only from nodes with a controller pod; `Cluster` spreads over all
   * nodes and hides it (core/v1 `externalTrafficPolicy`). `Local` by default.
   */
  externalTrafficPolicy: oneOf("Local", "Cluster").default("Local"),
  /** The address of its Service, of MetalLB's pool; one that is free by default. */
  address: z.union([z.ipv4(), z.ipv6()], "must be an IP address of MetalLB's pool").optional(),
  /** The controller's image, for mirrors and patched forks. */
  image: image.optional(),
  readsAnnotations,
};

/** The namespaces of what a stack brings for itself. */
export const ownNamespaces = {
  metallb: "metallb-system",
  "ingress-nginx": "ingress-nginx",
  traefik: "traefik",
  /** Traefik, where it reads Gateway API. */
  traefikGateway: "traefik-gateway",
} as const;

/** What answers at the address and reads the Ingresses. */
export const ingressController = z.discriminatedUnion(
  "kind",
  [
    strictObject({
      kind: z.literal("ingress-nginx"),
      ...common,
      ...chartPlace,
      /** Lets Ingresses carry nginx snippets (`allow-snippet-annotations`); false by default, as a snippet can read every Secret that the controller can. */
      allowSnippets: yesOrNo().default(false),
    }),
    strictObject({ kind: z.literal("traefik"), ...common }),
    strictObject({
      kind: z.literal("existing"),
      className: common.className,
      readsAnnotations,
      /** The controller's Service, `namespace/name`, whose address is used to verify; needed for `sluice verify`. */
      service: text(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*$/, "must be namespace/name").optional(),
    }),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union"
        ? "must be ingress-nginx, traefik or existing"
        : "must be a map with a kind: ingress-nginx, traefik or existing",
  },
);

/** MetalLB's settings, with defaults filled in. */
export type MetalLbConfig = z.output<typeof metallb>;
/** The controller's settings as the stack has them. */
export type GivenController = z.output<typeof ingressController>;
/** The same, with the name of its class. */
export type IngressControllerConfig = GivenController & { readonly className: string };
