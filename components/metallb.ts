import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ownNamespaces } from "../config/entrance";
import { chartReference, mergeValues, type ChartPlace } from "./chart-place";
import { onOwnPorts } from "./network-policy";
import { stackNamespace } from "./stack-namespace";

/** Arguments of {@link MetalLb}. */
export interface MetalLbArgs extends ChartPlace {
  /** The addresses it may give: ranges such as `192.168.10.240-192.168.10.250` or CIDR blocks. */
  readonly addresses: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** The name of the IPAddressPool; `sluice` by default. */
  readonly pool?: pulumi.Input<string>;
  /** The name of the L2Advertisement; `sluice` by default. */
  readonly advertisement?: pulumi.Input<string>;
}

const officialChart = { chart: "metallb", repository: "https://metallb.github.io/metallb", version: "0.15.2" };

/**
 * MetalLB in layer-2 mode: gives Services of type LoadBalancer an address of its pool and answers ARP for it.
 *
 * @see https://metallb.io/configuration/
 */
export class MetalLb extends pulumi.ComponentResource {
  /** The addresses that Services are given. */
  readonly pool: k8s.apiextensions.CustomResource;
  /** Announces the pool's addresses in the local network. */
  readonly advertisement: k8s.apiextensions.CustomResource;
  /** The name of the IPAddressPool, by which a Service asks for an address of it (`metallb.io/address-pool`). */
  readonly poolName: pulumi.Output<string>;
  /** The name of the L2Advertisement; a Service that depends on it gets an address that is announced. */
  readonly advertisementName: pulumi.Output<string>;

  constructor(name: string, args: MetalLbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:entrance:MetalLb", name, {}, opts);
    const namespace = stackNamespace(
      {
        name: ownNamespaces.metallb,
        resource: `${name}-system`,
        // The speaker answers ARP, for which it needs the node's network and raw sockets.
        labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      },
      { parent: this },
    );
    const memberlistKey = new random.RandomPassword(
      `${name}-memberlist`,
      { length: 64, special: false },
      { parent: this },
    );
    const memberlist = new k8s.core.v1.Secret(
      `${name}-memberlist`,
      {
        metadata: { name: "metallb-memberlist", namespace: namespace.metadata.name },
        stringData: { secretkey: memberlistKey.result },
      },
      { parent: this },
    );
    const chart = new k8s.helm.v4.Chart(
      name,
      {
        ...chartReference(args, officialChart),
        name: "metallb",
        namespace: namespace.metadata.name,
        values: mergeValues(
          {
            // Its webhook checks pool and advertisement, unless it doesn't answer: a pod that is pending, or a start that was
            // broken off, then holds no preview and no update up.
            crds: { validationFailurePolicy: "Ignore" },
            speaker: { frr: { enabled: false } },
            frrk8s: { enabled: false },
          },
          args.values,
        ),
      },
      { parent: this, dependsOn: memberlist },
    );
    onOwnPorts(
      `${name}-controller`,
      {
        metadata: { name: "metallb-controller", namespace: namespace.metadata.name },
        labels: { "app.kubernetes.io/name": "metallb", "app.kubernetes.io/component": "controller" },
        ports: ["monitoring", "webhook-server"],
      },
      { parent: this },
    );
    // Their kinds, and the webhook that checks them, exist only then.
    const afterChart = { parent: this, dependsOn: chart };
    const { pool = "sluice", advertisement = "sluice" } = args;
    const named = (own: pulumi.Input<string>) => ({ name: own, namespace: namespace.metadata.name });
    this.pool = new k8s.apiextensions.CustomResource(
      `${name}-pool`,
      {
        apiVersion: "metallb.io/v1beta1",
        kind: "IPAddressPool",
        metadata: named(pool),
        spec: { addresses: args.addresses },
      },
      // Another name makes another pool, and MetalLB refuses two pools with the same addresses.
      { ...afterChart, deleteBeforeReplace: true },
    );
    this.advertisement = new k8s.apiextensions.CustomResource(
      `${name}-advertisement`,
      {
        apiVersion: "metallb.io/v1beta1",
        kind: "L2Advertisement",
        metadata: named(advertisement),
        spec: { ipAddressPools: [pool] },
      },
      { ...afterChart, dependsOn: [chart, this.pool] },
    );
    this.poolName = this.pool.metadata.name;
    this.advertisementName = this.advertisement.metadata.name;
    this.registerOutputs({ poolName: this.poolName, advertisementName: this.advertisementName });
  }
}
