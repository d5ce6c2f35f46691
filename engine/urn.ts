/** `Ingress nginx-canary` for `urn:pulumi:dev::sluice::…$kubernetes:networking.k8s.io/v1:Ingress::nginx-canary`. */
export function describeUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  const kind = types.slice(types.lastIndexOf(":") + 1);
  // A chart's objects have the chart's name in front of their own.
  const ownName = types.includes("kubernetes:helm.sh/v4:Chart$") ? name.slice(name.indexOf(":") + 1) : name;
  return `${kind} ${ownName}`;
}
