import { signatureHeader } from "../signature";
import type { Service } from "./service";

/** Anything else that takes JSON: the notice and the situation side by side, signed as webhooks are. */
export const webhook: Service = {
  write: ({ notice, situation, url, secret, at }) => ({
    url,
    body: { ...notice, ...situation, timestamp: new Date(at).toISOString() },
    headers: (body) => signatureHeader(body, secret),
  }),
};
