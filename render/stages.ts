import type { Manifest } from "./manifest";

/** A stack's objects in the order in which `kubectl apply` can take them. */
export interface Stages {
  /** Objects that a cluster accepts at once: namespaces and kinds first. */
  readonly first: readonly Manifest[];
  /** Objects that it accepts once the controllers of the first stage are ready. */
  readonly after: readonly Manifest[];
  /** The namespaces whose controllers must be ready in between. */
  readonly waitIn: readonly string[];
}

interface Definition {
  readonly group: string;
  readonly names: { readonly kind: string };
}

interface Webhook {
  readonly failurePolicy?: string;
  readonly clientConfig?: { readonly service?: { readonly namespace: string } };
  readonly rules?: readonly { readonly apiGroups?: readonly string[]; readonly resources?: readonly string[] }[];
}

const firstKinds = ["Namespace", "CustomResourceDefinition"];
const webhookKinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

/**
 * Parts a stack's objects by what they need: objects of a kind that the stack brings are refused until it is established,
 * and those that its webhooks check until a controller answers.
 */
export function stagesOf(manifests: readonly Manifest[]): Stages {
  const kinds = manifests
    .filter(({ kind }) => kind === "CustomResourceDefinition")
    .map(({ spec }) => spec as Definition);
  const webhooks = manifests
    .filter(({ kind }) => webhookKinds.includes(kind))
    .flatMap(({ webhooks: all }) => (all ?? []) as readonly Webhook[])
    // A webhook with another failure policy lets everything pass while it doesn't answer.
    .filter(({ failurePolicy = "Fail" }) => failurePolicy === "Fail");
  const isLater = (manifest: Manifest) =>
    kinds.some(({ group, names }) => group === groupOf(manifest) && names.kind === manifest.kind) ||
    webhooks.some((webhook) => checks(webhook, manifest));
  const now = manifests.filter((manifest) => !isLater(manifest));
  const after = manifests.filter(isLater);
  const checking = webhooks.filter((webhook) => after.some((manifest) => checks(webhook, manifest)));
  return {
    first: [
      ...firstKinds.flatMap((first) => now.filter(({ kind }) => kind === first)),
      ...now.filter(({ kind }) => !firstKinds.includes(kind)),
    ],
    after,
    waitIn: [...new Set(checking.flatMap(({ clientConfig }) => clientConfig?.service?.namespace ?? []))],
  };
}

function checks({ rules = [] }: Webhook, manifest: Manifest): boolean {
  return rules.some(
    ({ apiGroups = [], resources = [] }) =>
      (apiGroups.includes("*") || apiGroups.includes(groupOf(manifest))) &&
      (resources.includes("*") || resources.includes(pluralOf(manifest.kind))),
  );
}

function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** As the kinds of Kubernetes and of most others have it. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch)$/.test(name) ? `${name}es` : `${name}s`;
}
