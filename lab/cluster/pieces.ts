import { join } from "node:path";
import { type Lab, namespacePath } from "../identity";
import type { ProgramFolders } from "../programs";
import { addresses } from "./addresses";
import { certificatePaths } from "./certificates";
import { configurationPaths } from "./configuration";

/** A process of the cluster. */
export interface Piece {
  readonly name: string;
  /** Inside the sandbox, or beside it on the machine. */
  readonly place: "inside" | "outside";
  command(lab: Lab, programs: ProgramFolders): string[];
}

const kubernetes = (programs: ProgramFolders, name: string) => join(programs["kubernetes"] ?? "", name);
const inside = (name: string, command: Piece["command"]): Piece => ({ name, place: "inside", command });

const etcd = inside("etcd", (lab, programs) => [
  join(programs["etcd"] ?? "", "etcd"),
  `--data-dir=${lab.state}/etcd`,
  `--listen-client-urls=${addresses.etcd}`,
  `--advertise-client-urls=${addresses.etcd}`,
  // A disposable cluster needs no protection against power cuts, which would slow down every write.
  "--unsafe-no-fsync",
]);

const apiserver = inside("apiserver", (lab, programs) => {
  const paths = certificatePaths(lab);
  return [
    kubernetes(programs, "kube-apiserver"),
    `--etcd-servers=${addresses.etcd}`,
    `--advertise-address=${addresses.node}`,
    `--secure-port=${addresses.apiPort}`,
    `--tls-cert-file=${paths.server}`,
    `--tls-private-key-file=${paths.serverKey}`,
    `--client-ca-file=${paths.ca}`,
    `--service-account-key-file=${paths.accountPublicKey}`,
    `--service-account-signing-key-file=${paths.accountKey}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-cluster-ip-range=${addresses.services}`,
    "--authorization-mode=Node,RBAC",
    "--allow-privileged=true",
    `--kubelet-client-certificate=${paths.admin}`,
    `--kubelet-client-key=${paths.adminKey}`,
    // No machine has the node's name as its host name.
    "--kubelet-preferred-address-types=InternalIP",
  ];
});

const controllerManager = inside("controller-manager", (lab, programs) => [
  kubernetes(programs, "kube-controller-manager"),
  `--kubeconfig=${lab.innerKubeconfig}`,
  `--service-account-private-key-file=${certificatePaths(lab).accountKey}`,
  `--root-ca-file=${certificatePaths(lab).ca}`,
  "--use-service-account-credentials=true",
  "--leader-elect=false",
  "--allocate-node-cidrs=true",
  `--cluster-cidr=${addresses.pods}`,
  `--service-cluster-ip-range=${addresses.services}`,
]);

const scheduler = inside("scheduler", (lab, programs) => [
  kubernetes(programs, "kube-scheduler"),
  `--kubeconfig=${lab.innerKubeconfig}`,
  "--leader-elect=false",
]);

const dns = inside("dns", (lab, programs) => [
  join(programs["dns"] ?? "", "coredns"),
  `-conf=${configurationPaths(lab).dns}`,
]);

const containerd = inside("containerd", (lab) => ["containerd", "--config", configurationPaths(lab).containerd]);

const kubelet = inside("kubelet", (lab, programs) => [
  kubernetes(programs, "kubelet"),
  `--config=${configurationPaths(lab).kubelet}`,
  `--kubeconfig=${lab.innerKubeconfig}`,
  `--node-ip=${addresses.node}`,
  `--hostname-override=${lab.name}`,
  `--root-dir=${lab.state}/kubelet`,
  `--cert-dir=${lab.state}/kubelet-pki`,
]);

const kubeProxy = inside("kube-proxy", (lab, programs) => [
  kubernetes(programs, "kube-proxy"),
  `--kubeconfig=${lab.innerKubeconfig}`,
  `--hostname-override=${lab.name}`,
  "--proxy-mode=nftables",
  `--cluster-cidr=${addresses.pods}`,
  // The address at which the client reaches NodePorts: it can't reach the node's own address.
  `--nodeport-addresses=${addresses.gateway}`,
  // Sysctls that a network namespace may not write.
  "--conntrack-max-per-core=0",
  "--conntrack-min=0",
  "--conntrack-tcp-timeout-established=0s",
  "--conntrack-tcp-timeout-close-wait=0s",
]);

const relay: Piece = {
  name: "relay",
  place: "outside",
  command: (lab, programs) => [
    join(programs["tools"] ?? "", "relay"),
    `--namespace=${namespacePath(lab.namespace)}`,
    `--forward=127.0.0.1:${lab.apiPort}=127.0.0.1:${addresses.apiPort}`,
  ],
};

/** The cluster's processes. */
export const pieces = { etcd, apiserver, controllerManager, scheduler, dns, containerd, kubelet, kubeProxy, relay };

/** All of them, in the order in which they are started and shown. */
export const allPieces: readonly Piece[] = Object.values(pieces);
