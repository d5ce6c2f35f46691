import type { Problem } from "../problems";
import { isSnippet } from "../routes";
import { routesOf } from "../routing";
import type { Values } from "../schema";

/** What contradicts itself in the addresses of a stack behind Ingresses. */
export function addressProblems(values: Values): Problem[] {
  const { tls, previewHost, ingressAnnotations } = values;
  const routes = routesOf(values);
  const hosts = new Set([...routes.map(({ host }) => host), previewHost]);
  // An exact path and a prefix are two locations of nginx; two prefixes of the same text would be one.
  const places = routes.map(({ host, path, pathType }) => [host, path, pathType === "Exact"].join(" "));
  const doubled = places.flatMap((place, index) => (places.indexOf(place) < index ? [index] : []));
  const strangers = tls.flatMap((entry, index) =>
    entry.hosts.filter((name) => !hosts.has(name)).map((name) => ({ key: `tls.${index}.hosts`, value: name })),
  );
  const snippets = Object.keys(ingressAnnotations).filter(isSnippet);
  return [
    ...doubled.map((index) => ({
      key: `routes.${index - 1}`,
      value: values.routes[index - 1],
      allowed: "must be another host or path than those before it",
    })),
    ...strangers.map((stranger) => ({
      ...stranger,
      allowed: `must be one of the hosts: ${[...hosts].filter(Boolean).join(", ")}`,
    })),
    ...(takesSnippets(values) ? [] : snippets).map((name) => ({
      key: `ingressAnnotations.${name}`,
      value: ingressAnnotations[name],
      allowed:
        "has no meaning unless sluice:ingressController allows snippets (allowSnippets, and annotations-risk-level Critical): ingress-nginx would drop it",
    })),
  ];
}

/** ingress-nginx takes snippets only where both settings allow them; the chart's values win over Sluice's own. */
function takesSnippets({ ingressController }: Values): boolean {
  if (ingressController?.kind !== "ingress-nginx") return true;
  const { controller } = (ingressController.values ?? {}) as {
    controller?: { allowSnippetAnnotations?: boolean; config?: Record<string, string> };
  };
  const risk = controller?.config?.["annotations-risk-level"] ?? "Critical";
  return (controller?.allowSnippetAnnotations ?? ingressController.allowSnippets) && risk === "Critical";
}
