import assert from "node:assert/strict";
import { kubectl } from "./lab";

/** How an application of the lab answers: see lab/README.md. */
export interface Mood {
  /** The part of the requests that fail, 0 to 1; as it is where it is left out. */
  readonly errors?: number;
  /** The time before each answer, `300ms`; as it is where it is left out. */
  readonly latency?: string;
}

/**
 * Puts every running pod of a selector in a mood; a pod that is made later begins in its own.
 *
 * @param selector such as `app=shop,version=v2`.
 * @returns how many pods there are.
 * @throws Error where there is none.
 */
export async function setMood(namespace: string, selector: string, mood: Mood): Promise<number> {
  const options = ["--selector", selector, "--field-selector", "status.phase=Running", "--output", "json"];
  const { items } = JSON.parse(await kubectl("get", "pods", "--namespace", namespace, ...options)) as {
    items: { metadata: { name: string; deletionTimestamp?: string } }[];
  };
  const pods = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  assert.ok(pods.length > 0, `no pod of ${selector} runs in ${namespace}`);
  const { errors, latency } = mood;
  const query = new URLSearchParams({
    ...(errors !== undefined && { errors: String(errors) }),
    ...(latency !== undefined && { latency }),
  });
  await Promise.all(
    pods.map(({ metadata }) => {
      const place = `/api/v1/namespaces/${namespace}/pods/http:${metadata.name}:9900/proxy/-/mood`;
      return kubectl("create", "--raw", `${place}?${query.toString()}`, "--filename", "/dev/null");
    }),
  );
  return pods.length;
}
