/** Addresses inside the lab's network namespaces; they exist nowhere else, so two labs may use the same ones. */
export const addresses = {
  node: "172.30.0.1",
  nodeNetwork: "172.30.0.1/24",
  /** A default route is what the cluster's programs find the node's address by; no one answers there. */
  nowhere: "172.30.0.254",
  /** The node in the network in which MetalLB's pool and the client are. */
  gateway: "192.168.10.1/24",
  client: "192.168.10.2/24",
  pods: "10.244.0.0/16",
  nodePods: "10.244.0.0/24",
  services: "10.96.0.0/16",
  apiService: "10.96.0.1",
  /** Where names are asked: the node itself, since no Service leads to a process beside the pods. */
  dns: "172.30.0.1",
  /** The inner address at which the name server reports whether it knows the cluster's names yet. */
  dnsReadiness: "127.0.0.1:8181",
  etcd: "http://127.0.0.1:2379",
  /** The API server's port, inside. */
  apiPort: 6443,
} as const;
