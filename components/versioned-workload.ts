import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { servicePort } from "../config/backend";
import type { IstioConfig } from "../config/routers";
import type { VersionConfig } from "../config/versions";
import { withServices } from "../config/workloads";
import { subsetRule } from "../routers/istio/subset";
import { notAwaited } from "./kubernetes-object";
import { comingBack, type LastScales } from "./coming-back";
import { versionDeployment } from "./version-deployment";

/** The mesh that a workload is part of. */
export interface Mesh {
  readonly istio: IstioConfig;
  /** Every version that the stack has, those without objects among them: what leads to one may stay a little longer. */
  readonly versions: readonly string[];
  /** The cookie that keeps users with a version, at the workload that they reach. */
  readonly stickyCookie?: string;
}

/** Arguments of {@link VersionedWorkload}. */
export interface VersionedWorkloadArgs extends LastScales {
  /** The workload's name: in front of every object's name (`nginx-v1`) and the value of the label `app`. */
  readonly workload: string;
  /** The namespace of all its objects. */
  readonly namespace: pulumi.Input<string>;
  /** Every version that the stack has, those without objects among them. */
  readonly known: readonly string[];
  /** What each version runs, by the version's name, which is the value of the label `version`. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** A version that has no pods any more, once what led users to it leads them elsewhere. */
  readonly retired?: { readonly version: string; readonly after: pulumi.Input<pulumi.Resource> };
  /** The workloads that this one calls, by name: the pods of a version wait for those of the same version there. */
  readonly calls?: Readonly<Record<string, VersionedWorkload>>;
  /** The mesh that its pods are part of. */
  readonly mesh?: Mesh;
  /** Seconds that pods have to become ready. */
  readonly secondsToReady?: number;
}

/**
 * An application in several versions side by side. Each version has a Deployment, ConfigMaps with its files, and a
 * Service of its own, because ingress-nginx keys a canary's rules by Service.
 */
export class VersionedWorkload extends pulumi.ComponentResource {
  /** Each version's Service by the version's name. */
  readonly services: Readonly<Record<string, k8s.core.v1.Service>>;
  /** Each version's Deployment by the version's name. */
  readonly deployments: Readonly<Record<string, k8s.apps.v1.Deployment>>;
  /** The versions that have no pods. */
  readonly empty: ReadonlySet<string>;
  /** What each version is known by in a mesh, by the version's name; empty without one. */
  readonly subsets: Readonly<Record<string, pulumi.Resource>>;

  constructor(name: string, args: VersionedWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:workload:VersionedWorkload", name, {}, opts);
    const { versions, retired } = args;
    const names = Object.keys(versions);
    this.empty = new Set(names.filter((one) => one === retired?.version || versions[one]?.replicas === 0));
    this.subsets = subsetsOf(args, this);
    const built = Object.entries(args.versions).map(
      ([version, config]) => [version, this.version(args, version, config)] as const,
    );
    this.services = Object.fromEntries(built.map(([version, { service }]) => [version, service]));
    this.deployments = Object.fromEntries(built.map(([version, { deployment }]) => [version, deployment]));
    this.registerOutputs({ services: built.map(([, { service }]) => service.metadata.name) });
  }

  private version(
    { workload, namespace, known, retired, calls = {}, mesh, secondsToReady, ...last }: VersionedWorkloadArgs,
    version: string,
    own: VersionConfig,
  ): { readonly service: k8s.core.v1.Service; readonly deployment: k8s.apps.v1.Deployment } {
    const name = `${workload}-${version}`;
    const labels = { app: workload, version };
    const isRetired = retired?.version === version;
    // Inside a mesh, where a call comes from tells where it goes; elsewhere each version calls a Service by its name.
    const config = withServices(own, (called) => (mesh ? called : `${called}-${version}`));
    const called = Object.values(calls).flatMap(({ deployments, empty }) =>
      empty.has(version) ? [] : (deployments[version] ?? []),
    );
    const istio = mesh?.istio;
    // Known in the mesh before there are pods, and until they are gone: no route leads to what a proxy doesn't know.
    const { [version]: subset } = this.subsets;
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: { name, namespace, labels, annotations: notAwaited },
        spec: {
          type: "ClusterIP",
          selector: labels,
          ports: [{ name: istio?.portName ?? "http", port: servicePort, targetPort: "http" }],
        },
      },
      { parent: this },
    );
    const deployment = versionDeployment(
      {
        name,
        namespace,
        selector: labels,
        labels,
        config,
        mesh: istio,
        replicas: isRetired ? 0 : undefined,
        secondsToReady,
        comingBack: comingBack(version, known, (one) => `${workload}-${one}`, last),
      },
      { parent: this, waitFor: [...(subset ? [subset] : []), ...(isRetired ? [retired.after] : called)] },
    );
    return { service, deployment };
  }
}

function subsetsOf(
  { workload, namespace, mesh }: VersionedWorkloadArgs,
  parent: pulumi.Resource,
): VersionedWorkload["subsets"] {
  if (!mesh) return {};
  const { versions, stickyCookie } = mesh;
  return Object.fromEntries(
    versions.map((version) => {
      const rule = subsetRule({ workload, version, namespace, stickyCookie });
      const name = `destinationrule-${workload}-${version}`;
      return [version, new k8s.apiextensions.CustomResource(name, rule, { parent })];
    }),
  );
}
