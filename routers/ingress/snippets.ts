import type { Problem } from "../../config/problems";
import { annotationPrefix } from "../../config/routes";
import type { Values } from "../../config/schema";

/** Snippets that ingress-nginx would drop. */
export function droppedSnippets(values: Values): Problem[] {
  const { annotations } = values.route;
  const snippets = takesSnippets(values) ? [] : Object.keys(annotations).filter(isSnippet);
  return snippets.map((name) => ({
    key: `route.annotations.${name}`,
    value: annotations[name],
    allowed:
      "has no meaning unless sluice:ingressController allows snippets (allowSnippets, and annotations-risk-level Critical): ingress-nginx would drop it",
  }));
}

/** ingress-nginx takes snippets only if both settings allow them; the chart's values win over Sluice's own. */
function takesSnippets({ ingressController }: Values): boolean {
  if (ingressController?.kind !== "ingress-nginx") return true;
  const { controller } = (ingressController.values ?? {}) as {
    controller?: { allowSnippetAnnotations?: boolean; config?: Record<string, string> };
  };
  const risk = controller?.config?.["annotations-risk-level"] ?? "Critical";
  return (controller?.allowSnippetAnnotations ?? ingressController.allowSnippets) && risk === "Critical";
}

/** True for an annotation that holds nginx configuration. */
function isSnippet(annotation: string): boolean {
  return annotation.startsWith(annotationPrefix) && annotation.endsWith("-snippet");
}
