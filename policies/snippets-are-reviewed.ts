import { createHash } from "node:crypto";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ingressNginx } from "./support/frameworks";
import { prefix } from "./support/ingresses";
import type { Texts } from "./support/manifests";
import { objectOf, titleOf, type SeenResource } from "./support/objects";
import { settingsOf } from "./support/settings";
import { dangersIn } from "./support/snippets";
import { eachOf } from "./support/unknowns";

/** Settings of {@link snippetsAreReviewed}. */
export interface SnippetsAreReviewedSettings {
  /** The SHA-256 of each snippet's text that somebody has read, in hexadecimal. */
  readonly reviewed: readonly string[];
}

const defaults: SnippetsAreReviewedSettings = { reviewed: [] };

/** The keys of the controller's ConfigMap that are nginx configuration. */
const configMapKeys = [
  "main-snippet",
  "http-snippet",
  "server-snippet",
  "location-snippet",
  "stream-snippet",
  "modsecurity-snippet",
  "global-auth-snippet",
];

/**
 * Stops nginx configuration that nobody has read: a snippet becomes part of the controller's own configuration, which can
 * read every Secret that the controller can. Text that could leak or proxy secrets is refused even when it is listed.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/
 */
export const snippetsAreReviewed: ResourceValidationPolicy = {
  name: "snippets-are-reviewed",
  description: "Every nginx snippet is one that was reviewed, and none can leak or proxy secrets.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: ingressNginx,
  configSchema: {
    properties: {
      reviewed: {
        type: "array",
        items: { type: "string", pattern: "^[0-9a-f]{64}$" },
        uniqueItems: true,
        default: [...defaults.reviewed],
        description: "The SHA-256 of the text of each reviewed snippet, in hexadecimal; the policy's message names it",
      },
    },
  },
  validateResource(args, report) {
    const place = snippetsOf(args);
    if (!place) return;
    const { title, texts, names } = place;
    const { reviewed } = settingsOf(args, defaults);
    eachOf(names, (name) => {
      const text = texts[name] ?? "";
      const dangers = dangersIn(text);
      for (const { found, reason } of dangers)
        report(`${title}: ${name} has "${found}", which ${reason}: remove it; no review allows it.`);
      const digest = createHash("sha256").update(text).digest("hex");
      if (dangers.length === 0 && !reviewed.includes(digest))
        report(
          `${title}: ${name} was not reviewed: remove it, or have it read and add "${digest}" to "reviewed" ` +
            `of snippets-are-reviewed in the pack's config.`,
        );
    });
  },
};

/** The texts among which an object's snippets are, with the names of those that are snippets. */
function snippetsOf(resource: SeenResource): { title: string; texts: Texts; names: string[] } | undefined {
  const ingress = objectOf(resource, "Ingress");
  if (ingress) {
    const texts = ingress.manifest.metadata?.annotations ?? {};
    const isSnippet = (name: string) => name.startsWith(prefix) && name.endsWith("-snippet");
    return { title: titleOf(ingress), texts, names: Object.keys(texts).filter(isSnippet) };
  }
  const configMap = objectOf(resource, "ConfigMap");
  if (!configMap) return undefined;
  const texts = configMap.manifest.data ?? {};
  return { title: titleOf(configMap), texts, names: Object.keys(texts).filter((name) => configMapKeys.includes(name)) };
}
