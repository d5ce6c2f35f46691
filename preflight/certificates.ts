import type { Manifest } from "../render/manifest";
import type { Findings, Situation } from "./check";

/** What an Ingress, or a Gateway of the stack's own, says of its certificates. */
interface Secured {
  readonly tls?: readonly { readonly secretName: string }[];
  readonly listeners?: readonly {
    readonly tls?: { readonly certificateRefs?: readonly { readonly name: string }[] };
  }[];
}

/** The Secrets of certificates that are not there: until they are, a controller serves a certificate of its own. */
export async function findMissingCertificates({ manifests, live }: Situation): Promise<Findings> {
  const places = [...new Set(manifests.flatMap(secretsOf))];
  const secrets = await Promise.all(
    places.map((place) => {
      const [namespace = "", name = ""] = place.split("/");
      return live.get({ apiVersion: "v1", kind: "Secret", namespace, name });
    }),
  );
  const warnings = places
    .filter((_, index) => secrets[index] === undefined)
    .map((place) => `Secret ${place} does not exist: until it does, the controller serves its own certificate`);
  return { warnings };
}

/** `namespace/name` of each Secret. */
function secretsOf({ kind, metadata, spec }: Manifest): string[] {
  if (kind !== "Ingress" && kind !== "Gateway") return [];
  const { tls = [], listeners = [] } = (spec ?? {}) as Secured;
  const ofListeners = listeners.flatMap((listener) => listener.tls?.certificateRefs ?? []);
  return [...tls.map(({ secretName }) => secretName), ...ofListeners.map(({ name }) => name)].map(
    (name) => `${metadata.namespace ?? "default"}/${name}`,
  );
}
