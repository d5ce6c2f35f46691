import { readFile, writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { Lab } from "../identity";
import { addresses } from "./addresses";
import { certificatePaths } from "./certificates";

/** What a kubeconfig is made of: certificates and key as PEM. */
export interface KubeconfigParts {
  readonly name: string;
  readonly port: number;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A kubeconfig that holds all it needs, so that it may be copied elsewhere. */
export function renderKubeconfig({ name, port, ca, certificate, key }: KubeconfigParts): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": base64(ca) } }],
    users: [{ name, user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

/** Writes the kubeconfig for users, and the one for the lab's own processes. */
export async function writeKubeconfigs(lab: Lab): Promise<void> {
  const paths = certificatePaths(lab);
  const [ca, certificate, key] = await Promise.all(
    [paths.ca, paths.admin, paths.adminKey].map((path) => readFile(path, "utf8")),
  );
  if (ca === undefined || certificate === undefined || key === undefined) throw new Error("No certificates.");
  const parts = { name: lab.name, ca, certificate, key };
  await writeFile(lab.kubeconfig, renderKubeconfig({ ...parts, port: lab.apiPort }), { mode: 0o600 });
  await writeFile(lab.innerKubeconfig, renderKubeconfig({ ...parts, port: addresses.apiPort }), { mode: 0o600 });
}
