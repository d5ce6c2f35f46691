import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../command";
import type { Lab } from "../identity";
import { addresses } from "./addresses";

/** Paths of the lab's keys and certificates. */
export function certificatePaths(lab: Lab) {
  const at = (file: string) => join(lab.state, "pki", file);
  return {
    ca: at("ca.crt"),
    caKey: at("ca.key"),
    server: at("apiserver.crt"),
    serverKey: at("apiserver.key"),
    admin: at("admin.crt"),
    adminKey: at("admin.key"),
    accountKey: at("service-accounts.key"),
    accountPublicKey: at("service-accounts.pub"),
  };
}

const keyType = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const lifetime = ["-days", "3650"];

/** Makes the lab's certificate authority and the certificates under it, unless they are there. */
export async function makeCertificates(lab: Lab, signal: AbortSignal): Promise<void> {
  const folder = join(lab.state, "pki");
  if (existsSync(folder)) return;
  // Made under another name, so that a folder that is there is complete.
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const openssl = (...args: string[]) => run("openssl", args, { cwd: unfinished, signal });
  const subject = (name: string) => ["-subj", name];
  await openssl(
    "req",
    "-x509",
    ...keyType,
    "-keyout",
    "ca.key",
    ...subject(`/CN=${lab.name}`),
    ...lifetime,
    "-out",
    "ca.crt",
  );
  const certify = async (name: string, who: string, names: string) => {
    await openssl("req", "-new", ...keyType, "-keyout", `${name}.key`, ...subject(who), "-out", `${name}.csr`);
    const extensions = `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`;
    await writeFile(join(unfinished, `${name}.ext`), extensions);
    const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", ...lifetime];
    await openssl("x509", "-req", "-in", `${name}.csr`, ...authority, "-out", `${name}.crt`, "-extfile", `${name}.ext`);
  };
  const serverNames = [
    "DNS:localhost",
    "DNS:kubernetes",
    "DNS:kubernetes.default",
    "DNS:kubernetes.default.svc",
    "DNS:kubernetes.default.svc.cluster.local",
    "IP:127.0.0.1",
    `IP:${addresses.apiService}`,
    `IP:${addresses.node}`,
  ];
  await certify("apiserver", "/CN=kube-apiserver", serverNames.join(","));
  await certify("admin", "/O=system:masters/CN=admin", "DNS:admin");
  await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "service-accounts.key");
  await openssl("ec", "-in", "service-accounts.key", "-pubout", "-out", "service-accounts.pub");
  await rename(unfinished, folder);
}
