import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ask, type Answer, type Asked } from "./ask";
import { kubectl } from "./lab";

/** Makes a certificate as a user would, and puts it where a stack looks for it. The first host is its common name. */
export async function createCertificate(namespace: string, secret: string, hosts: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-certificate-"));
  try {
    const [key, certificate] = [join(folder, "tls.key"), join(folder, "tls.crt")];
    const names = hosts.map((name) => `DNS:${name}`).join();
    const subject = ["-subj", `/CN=${hosts[0]}`, "-addext", `subjectAltName=${names}`];
    const files = ["-keyout", key, "-out", certificate];
    await execa("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...files, ...subject]);
    await kubectl("create", "secret", "tls", secret, "-n", namespace, "--cert", certificate, "--key", key);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Asks until the certificate of this common name is served to all requests, and returns their answers. */
export async function untilCertified(address: string, name: string, requests: readonly Asked[]): Promise<Answer[]> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answers = await ask(address, requests);
    const names = [...new Set(answers.map(({ certificate }) => certificate))];
    if (names.join() === name) return answers;
    assert.ok(Date.now() < deadline, `the certificates are those of ${names.join(", ")}`);
  }
}
