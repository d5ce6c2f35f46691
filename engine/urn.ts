/** `Ingress nginx-canary` for `urn:pulumi:dev::sluice::…$kubernetes:networking.k8s.io/v1:Ingress::nginx-canary`. */
export function describeUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  const type = types.slice(types.lastIndexOf(":") + 1);
  const kind = isPatch(types) ? type.replace(/Patch$/, "") : type;
  // A chart's objects have the chart's name in front of their own.
  const ownName = types.includes("kubernetes:helm.sh/v4:Chart$") ? name.slice(name.indexOf(":") + 1) : name;
  return `${kind} ${ownName}`;
}

/** True for the type of a resource that sets fields of an object which is there already. */
export function isPatch(type: string): boolean {
  return /kubernetes:[^:$]*:[^:$]*Patch$/.test(type);
}

/** The component that shows the plan to policies: it has no object in the cluster. */
export const planType = "sluice:release:Plan";

/** True for the URN of that component. */
export function isPlan(urn: string): boolean {
  return new RegExp(`[:$]${planType}::`).test(urn);
}

/** A pattern of Pulumi's `--target` for a resource, whatever its project and the components that it is in. */
export function targetOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `**${types.slice(types.lastIndexOf("$") + 1)}::${name}`;
}

/** The same for the component that shows the plan. */
export const planTarget = `**${planType}::**`;
