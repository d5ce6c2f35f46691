import { ingressNginxVersion, metallbVersion } from "../modules";
import type { DefaultAnswer } from "./nginx";

/** An image of the lab, and what is in it. */
export interface LabImage {
  /** The name under which pods ask for it. */
  readonly reference: string;
  readonly content: ProgramContent | NginxContent | PrometheusContent | IstioProxyContent | IngressNginxContent;
}

/** One static program, which is the image's entry point at its root. */
export interface ProgramContent {
  readonly kind: "program";
  readonly module: string;
  readonly program: string;
  /** Its environment, unless a pod sets another one. */
  readonly env?: Readonly<Record<string, string>>;
  /** Programs of the lab's tools that lie in its `/bin`, for commands that run in it. */
  readonly tools?: readonly string[];
  /** The user and the group that run it, by their numbers, unless a pod sets others. */
  readonly user?: string;
}

/** Debian's nginx with its Lua module, laid out as OpenResty's image is. */
export interface NginxContent {
  readonly kind: "nginx";
  readonly revision: number;
  /** What it answers without a configuration of its own. */
  readonly answer?: DefaultAnswer;
}

/** Debian's Prometheus. */
export interface PrometheusContent {
  readonly kind: "prometheus";
}

/** Istio's agent, of this module, with an Envoy that is not Istio's own. */
export interface IstioProxyContent {
  readonly kind: "istio-proxy";
  readonly module: string;
}

/** ingress-nginx's controller, of this module, with Debian's nginx. */
export interface IngressNginxContent {
  readonly kind: "ingress-nginx";
  readonly module: string;
}

/** The image of one program of a module. */
export const program = (reference: string, module: string, name: string): LabImage => ({
  reference,
  content: { kind: "program", module, program: name },
});

/** nginx by another version's name: it says so in its `Server` header, which is how the versions are told apart. */
const nginxNamed = (version: string): LabImage => ({
  reference: `registry.lab/nginx-unprivileged:${version}`,
  content: {
    kind: "nginx",
    revision: 1,
    answer: { port: 8080, body: "Welcome to nginx!", server: `nginx/${version} (lab)` },
  },
});

/** An application that answers with its version. */
const myapp = (version: string): LabImage => ({
  reference: `registry.lab/myapp:${version}`,
  content: { kind: "nginx", revision: 1, answer: { port: 80, body: `myapp ${version}` } },
});

/** An application that fails and dawdles as far as it is told to. */
const moody = (tag: string, env: Readonly<Record<string, string>>): LabImage => ({
  reference: `registry.lab/moody:${tag}`,
  content: { kind: "program", module: "tools", program: "moody", env },
});

/** The image that holds a pod's namespaces. */
export const pauseImage = "registry.lab/pause:1";

/**
 * The images that every lab has.
 *
 * Those that are genuinely the published version, built from its own module, go by the name that the version is published
 * under, so that charts and components need not be told of the lab.
 */
export const labImages: readonly LabImage[] = [
  program(pauseImage, "tools", "pause"),
  program(`quay.io/metallb/controller:v${metallbVersion}`, "metallb", "controller"),
  program(`quay.io/metallb/speaker:v${metallbVersion}`, "metallb", "speaker"),
  { reference: "registry.lab/nginx:1.22", content: { kind: "nginx", revision: 1 } },
  { reference: "registry.lab/nginx:1.22-r2", content: { kind: "nginx", revision: 2 } },
  nginxNamed("1.27.4"),
  nginxNamed("1.28.0"),
  myapp("v1"),
  myapp("v2"),
  moody("1", {}),
  moody("blue", { VERSION: "blue" }),
  moody("green", { VERSION: "green" }),
];

/** ingress-nginx's controller; by a name of the lab's own, for its nginx is Debian's. */
export const ingressNginxImage = `registry.lab/ingress-nginx/controller:v${ingressNginxVersion}`;

/** The lab's replacements for images that no package registry has: the requested name, and the lab's own. */
export const imageMap: Readonly<Record<string, string>> = {
  "registry.k8s.io/ingress-nginx/controller": ingressNginxImage,
  "openresty/openresty:1.27.1.1-0-bookworm-fat": "registry.lab/nginx:1.22",
  "openresty/openresty:1.27.1.2-0-bookworm-fat": "registry.lab/nginx:1.22-r2",
  "nginxinc/nginx-unprivileged:1.27.4": "registry.lab/nginx-unprivileged:1.27.4",
  "nginxinc/nginx-unprivileged:1.28.0": "registry.lab/nginx-unprivileged:1.28.0",
  "172.16.80.140/myapp/myapp:v1": "registry.lab/myapp:v1",
  "172.16.80.140/myapp/myapp:v2": "registry.lab/myapp:v2",
  "registry.cn-hangzhou.aliyuncs.com/acs/rollouts-demo:blue": "registry.lab/moody:blue",
  "registry.cn-hangzhou.aliyuncs.com/acs/rollouts-demo:green": "registry.lab/moody:green",
};
