import ipaddr from "ipaddr.js";
import { z } from "zod";
import { kubernetesName, label, nodePort, oneOf, someOf, strictObject, text, wholeNumber } from "./fields";

/** A Gateway that is there already and that the stack's routes attach to. */
export const gateway = strictObject(
  {
    /** The Gateway's name. */
    name: kubernetesName,
    /** The Gateway's namespace; the workload's by default. */
    namespace: label.optional(),
  },
  "must be a map of name and namespace, of a Gateway that is there",
);

/** Text such as `500ms`, `10s`, `2m`, `1h` (Gateway API `Duration`, GEP-2257, one part of it). */
const duration = text(/^[1-9][0-9]{0,4}(ms|s|m|h)$/, "must be a duration such as 500ms, 10s or 2m");

/** How long a request may take. */
export const timeouts = strictObject({
  /** For the whole request, retries included (HTTPRoute `timeouts.request`, VirtualService `timeout`). */
  request: duration.optional(),
  /** For one try at a pod (HTTPRoute `timeouts.backendRequest`, VirtualService `retries.perTryTimeout`). */
  backend: duration.optional(),
}).refine(({ request, backend }) => request !== undefined || backend !== undefined, "must have request or backend");

/** How often a request is retried after a failure. */
export const retries = strictObject({
  /** How many further tries. */
  attempts: wholeNumber(1, 10),
  /** The answers that bring another try; 502, 503 and 504 by default. */
  codes: someOf(
    wholeNumber(400, 599),
    "must be a list of statuses from 400 to 599",
    "must name at least one status",
  ).default([502, 503, 504]),
});

const range = "must be an IPv4 address or range, for example 192.168.0.58 or 10.1.0.0/16";

/** Clients' addresses that get the canary, each a range; a single address is one of `/32`. */
export const clientMatch = someOf(
  z
    .string(range)
    .transform((one) => (one.includes("/") ? one : `${one}/32`))
    .refine((one) => ipaddr.IPv4.isValidCIDRFourPartDecimal(one), range),
  "must be a list of IPv4 addresses and ranges",
  "must name at least one address",
);

/** How pods of the mesh are made. */
const sidecar = strictObject({
  /** The control plane's revision (label `istio.io/rev`); the cluster's default injector without it. */
  revision: label.optional(),
  /**
   * Who redirects a pod's traffic into its sidecar: `init`, an init container that needs NET_ADMIN and NET_RAW, which
   * the namespace then allows; or `cni`, Istio's CNI plugin, so that no pod needs them. `cni` by default.
   */
  redirection: oneOf("init", "cni").default("cni"),
});

/** What `router: istio` needs to know of the mesh. */
export const istio = strictObject({
  /** The labels of the ingress gateway's pods (Gateway `selector`); `istio: ingressgateway` by default. */
  selector: z
    .record(z.string(), z.string("must be a text"), "must be a map of labels")
    .refine((labels) => Object.keys(labels).length > 0, "must have at least one label")
    .default({ istio: "ingressgateway" }),
  /** The response header that tells which version answered; none by default. */
  versionHeader: text(/^[-a-zA-Z0-9]+$/, "must be a header's name of letters, digits and -").optional(),
  /** The name of the Services' port, by which Istio knows the protocol; `http` by default. */
  portName: text(
    /^(http|http2|grpc)(-[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?)?$/,
    "must be http, http2 or grpc, or begin with one of them and -",
  ).default("http"),
  /** The pods' sidecars; none are asked for without it. */
  sidecar: sidecar.optional(),
});

/** What `router: service` needs to know of the nodes. */
export const service = strictObject({
  /** The port of every node at which the Service answers; without it the Service is of type LoadBalancer. */
  nodePort: nodePort.optional(),
  /** The port of every node at which the idle color of a blue-green release is tried before the switch. */
  previewNodePort: nodePort.optional(),
  /** The address of a node, by which `sluice verify` asks a NodePort. */
  nodeAddress: z.union([z.ipv4(), z.ipv6()], "must be a node's IP address").optional(),
});

/** What Istio needs to know, with defaults filled in. */
export type IstioConfig = z.output<typeof istio>;
/** A Gateway that is there already. */
export type GatewayConfig = z.output<typeof gateway>;
/** How long requests may take, and how often they are retried. */
export interface RequestConfig {
  readonly timeouts?: z.output<typeof timeouts>;
  readonly retries?: z.output<typeof retries>;
}
