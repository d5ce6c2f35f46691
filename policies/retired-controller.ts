import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ingressNginx } from "./support/frameworks";
import { objectOf } from "./support/objects";
import { podsOf } from "./support/pods";

/** The official image and its mirrors, which keep the last two parts of the name. */
const image = /(?:^|\/)ingress-nginx\/controller(?:-chroot)?(?:[:@]|$)/;

/**
 * Says that ingress-nginx is retired: its repository was archived on 2026-03-24, and nothing is fixed in it any more, holes
 * in its security included. An advice at any time, as a stack may have its reasons to stay.
 *
 * @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
 */
export const retiredController: ResourceValidationPolicy = {
  name: "retired-controller",
  description: "ingress-nginx is retired since 2026-03-24: nothing is fixed in it any more.",
  enforcementLevel: "advisory",
  severity: "high",
  framework: ingressNginx,
  validateResource(args, report) {
    const pods = objectOf(args, "Deployment", "DaemonSet") && podsOf(args);
    if (!pods) return;
    const isLabeled =
      pods.labels["app.kubernetes.io/name"] === "ingress-nginx" &&
      pods.labels["app.kubernetes.io/component"] === "controller";
    const found = [...(pods.spec.containers ?? [])].find((container) => image.test(container.image ?? ""));
    if (!isLabeled && !found) return;
    report(
      `${pods.title} runs ingress-nginx${found ? ` (${found.image})` : ""}: set sluice:ingressController to kind: traefik, ` +
        `which reads the same annotations and is maintained, or plan for router: gateway.`,
    );
  },
};
