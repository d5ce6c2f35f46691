import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Lab } from "../identity";
import { pauseImage } from "../images/catalog";
import { addresses } from "./addresses";
import { certificatePaths } from "./certificates";

/** Paths of the files that configure the lab's node. */
export function configurationPaths(lab: Lab) {
  return {
    kubelet: join(lab.state, "kubelet.yaml"),
    containerd: join(lab.state, "containerd.toml"),
    dns: join(lab.state, "Corefile"),
    network: join(lab.state, "net.d"),
  };
}

/** The cluster's domain, below which its Services have their names. */
export const clusterDomain = "cluster.local";

/** The kubelet's configuration, as a file's text. */
export function kubelet(lab: Lab): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: "cgroupfs",
    // Two kubelets on one machine each take what is under their root for their own, and kill what they don't know.
    cgroupRoot: `/${lab.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    containerRuntimeEndpoint: `unix://${lab.socket}`,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: certificatePaths(lab).ca },
    },
    authorization: { mode: "AlwaysAllow" },
    // How soon a changed Secret shows in its pods: MetalLB waits for its own, and would be restarted before the default minute.
    syncFrequency: "3s",
    // After an outage of the API the node is known as Ready again that much sooner.
    nodeStatusUpdateFrequency: "4s",
    clusterDNS: [addresses.dns],
    clusterDomain,
    resolvConf: "/dev/null",
    // The lab shares the disk with the rest of the machine, so a full disk isn't the lab's problem.
    evictionHard: { "memory.available": "0%", "nodefs.available": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
  });
}

/** The name server's configuration, as a file's text. */
export function corefile(lab: Lab): string {
  // The lab has no outside network, so other names don't exist; with that answer, resolvers don't retry.
  return `. {
  bind ${addresses.dns}
  ready ${addresses.dnsReadiness}
  errors
  kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
    kubeconfig ${lab.innerKubeconfig}
    ttl 5
  }
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
`;
}

function containerd(lab: Lab): string {
  // restrict_oom_score_adj: a machine may itself be a container that lacks CAP_SYS_RESOURCE.
  return `version = 2
root = "${lab.state}/containerd"
state = "/run/containerd"
[grpc]
  address = "${lab.socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${configurationPaths(lab).network}"
`;
}

const podNetwork = {
  cniVersion: "0.4.0",
  name: "lab",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      hairpinMode: true,
      ipam: { type: "host-local", ranges: [[{ subnet: addresses.nodePods }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
  ],
};

/** Writes the files that configure the lab's node. */
export async function writeConfiguration(lab: Lab): Promise<void> {
  const paths = configurationPaths(lab);
  await mkdir(paths.network, { recursive: true });
  await writeFile(paths.kubelet, kubelet(lab));
  await writeFile(paths.containerd, containerd(lab));
  await writeFile(paths.dns, corefile(lab));
  await writeFile(join(paths.network, "10-lab.conflist"), JSON.stringify(podNetwork, undefined, 2));
}
