import type { Problem } from "../problems";
import { routesOf } from "../routing";
import type { Values } from "../schema";

/** What contradicts itself in the addresses of a stack whose router looks at hosts and paths. */
export function addressProblems(values: Values): Problem[] {
  const { tls, previewHost } = values;
  const routes = routesOf(values);
  const hosts = new Set([...routes.map(({ host }) => host), previewHost]);
  // An exact path and a prefix are two locations of nginx; two prefixes of the same text would be one.
  const places = routes.map(({ host, path, pathType }) => [host, path, pathType === "Exact"].join(" "));
  const doubled = places.flatMap((place, index) => (places.indexOf(place) < index ? [index] : []));
  const strangers = tls.flatMap((entry, index) =>
    entry.hosts.filter((name) => !hosts.has(name)).map((name) => ({ key: `tls.${index}.hosts`, value: name })),
  );
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
  ];
}
