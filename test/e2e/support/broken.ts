import { execa } from "execa";
import { testLab } from "./lab";
import { namespace } from "./platform";

/** Where something is broken. */
export interface BrokenPlace {
  readonly lab: string;
  readonly namespace: string;
}

const ownPlace: BrokenPlace = { lab: testLab.name, namespace };

/** A Service that nobody has. */
const nowhere = { namespace: "kube-system", name: "nowhere", port: 443 };

/** Something of the cluster that is broken until it is mended. */
export interface Broken {
  mend(): Promise<void> | void;
}

/** What a test has broken, or opened: all of it is mended at its end, the last first. */
export class Repairs {
  private readonly all: (() => unknown)[] = [];

  /** Takes something up that is to be mended, or closed. */
  add<One extends Broken | { close(): void }>(one: One): One {
    this.all.push(() => ("mend" in one ? one.mend() : one.close()));
    return one;
  }

  /** Mends what there is so far. */
  async run(): Promise<void> {
    for (const repair of this.all.splice(0).reverse()) await repair();
  }
}

/**
 * Another controller's webhook, down: the API server refuses what is written of some kinds in a namespace.
 *
 * @param resources by their groups: `{ apps: ["deployments"] }`.
 */
export async function breakWebhook(
  name: string,
  resources: Readonly<Record<string, readonly string[]>>,
  { lab, namespace }: BrokenPlace = ownPlace,
): Promise<Broken> {
  const rules = Object.entries(resources).map(([group, names]) => ({
    apiGroups: [group],
    apiVersions: ["*"],
    operations: ["*"],
    resources: names,
  }));
  return applied(lab, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        name: `${name}.sluice.test`,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        timeoutSeconds: 1,
        clientConfig: { service: nowhere },
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        rules,
      },
    ],
  });
}

/** An aggregated API of metrics that nobody serves, so that the cluster can't be asked for all of its kinds. */
export async function breakMetricsApi({ lab }: BrokenPlace = ownPlace): Promise<Broken> {
  const group = "metrics.k8s.io";
  return applied(lab, {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `v1beta1.${group}` },
    spec: {
      group,
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: nowhere,
    },
  });
}

/** A lab's node, which takes no pod any more; those that it has stay. */
export async function cordonNode({ lab }: BrokenPlace = ownPlace): Promise<Broken> {
  const kubectl = kubectlOf(lab);
  const { stdout: node } = await kubectl("get", "nodes", "-o", "name");
  await kubectl("cordon", node);
  return { mend: async () => void (await kubectl("uncordon", node)) };
}

async function applied(lab: string, object: object): Promise<Broken> {
  const run = (...command: readonly string[]) => kubectlOf(lab, JSON.stringify(object))(...command, "-f", "-");
  await run("apply");
  return { mend: async () => void (await run("delete", "--ignore-not-found")) };
}

/** Runs kubectl on a lab. */
export function kubectlOf(lab: string, input?: string) {
  const folder = `/var/lib/${lab}`;
  return (...args: readonly string[]) =>
    execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, ...args], { input });
}
