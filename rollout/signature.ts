import { createHmac } from "node:crypto";

/** The header that proves a body's origin to those who know the secret: `X-Signature: sha256=<hex of its HMAC-SHA-256>`. */
export function signatureHeader(body: string, secret: string | undefined): Record<string, string> {
  if (secret === undefined) return {};
  return { "x-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
}
