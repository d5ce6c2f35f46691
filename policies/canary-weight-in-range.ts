import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { ingressNginx } from "./support/frameworks";
import { annotationOf, isCanary, prefix } from "./support/ingresses";
import type { Ingress } from "./support/manifests";
import { objectOf, titleOf, type KubernetesObject } from "./support/objects";
import { settingsOf } from "./support/settings";

/** Settings of {@link canaryWeightInRange}. */
export interface CanaryWeightInRangeSettings {
  /** The largest share that a canary's weight may give it, in percent, 1 to 100. */
  readonly maximumPercent: number;
}

const defaults: CanaryWeightInRangeSettings = { maximumPercent: 100 };

/** What the controller takes the weight for a part of; it ignores a smaller total. */
const leastTotal = 100;

/**
 * Stops weights that ingress-nginx would turn into something else in silence: one that isn't a whole number becomes 0, a
 * total below 100 becomes 100; and canary annotations on an Ingress that isn't a canary, which it ignores.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export const canaryWeightInRange: ResourceValidationPolicy = {
  name: "canary-weight-in-range",
  description: "A canary's weight is a whole number from 0 to its total, and no more than the share that is allowed.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: ingressNginx,
  configSchema: {
    properties: {
      maximumPercent: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        default: defaults.maximumPercent,
        description: "The largest share of the requests that a canary's weight may give it, in percent",
      },
    },
  },
  validateResource(args, report) {
    const ingress = objectOf(args, "Ingress");
    if (!ingress) return;
    if (!isCanary(ingress)) reportStray(ingress, report);
    else reportWeight(ingress, settingsOf(args, defaults), report);
  },
};

function reportStray(ingress: KubernetesObject<Ingress>, report: ReportViolation): void {
  const stray = Object.keys(ingress.manifest.metadata?.annotations ?? {}).filter((name) =>
    name.startsWith(`${prefix}canary-`),
  );
  if (stray.length > 0)
    report(
      `${titleOf(ingress)} has ${stray.join(", ")} without ${prefix}canary: "true", so the controller ignores it. ` +
        `Remove it, or let Sluice make the canary by sluice:canary.`,
    );
}

function reportWeight(
  ingress: KubernetesObject<Ingress>,
  { maximumPercent }: CanaryWeightInRangeSettings,
  report: ReportViolation,
): void {
  const title = titleOf(ingress);
  const given = annotationOf(ingress, "canary-weight") ?? "0";
  const givenTotal = annotationOf(ingress, "canary-weight-total") ?? String(leastTotal);
  const [weight, total] = [wholeNumber(given), wholeNumber(givenTotal)];
  if (total === undefined || total < leastTotal)
    report(
      `${title}: canary-weight-total is "${givenTotal}", and the controller would take ${leastTotal} for it. ` +
        `It must be a whole number of at least ${leastTotal}: change sluice:weightTotal.`,
    );
  else if (weight === undefined || weight > total)
    report(
      `${title}: canary-weight is "${given}", and must be a whole number from 0 to ${total}: change sluice:canaryWeight.`,
    );
  else if (weight * 100 > maximumPercent * total)
    report(
      `${title}: canary-weight is ${weight} of ${total}, and at most ${maximumPercent}% is allowed: ` +
        `lower sluice:canaryWeight to at most ${Math.floor((maximumPercent * total) / 100)}.`,
    );
}

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
