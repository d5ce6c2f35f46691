/**
 * The Kubernetes that a chart is rendered for: the oldest that Sluice supports, so that the objects are the same wherever
 * they are read. Helm's own default depends on how it was built.
 */
const oldestKubernetes = "1.30.0";

/**
 * The arguments by which `helm` renders a chart with its CRDs, its values taken from stdin.
 *
 * @param name the release's name.
 * @param place the chart's place on this machine, or a reference that helm resolves.
 */
export function templateArguments(name: string, place: string, namespace: string, ...more: string[]): string[] {
  const release = ["template", name, place, "--namespace", namespace];
  return [...release, "--include-crds", "--kube-version", oldestKubernetes, ...more, "--values", "-"];
}
