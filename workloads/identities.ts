import type { Identities } from "../traffic/identity";
import type { LastUpdate } from "../traffic/previous-stable";
import { checksumOf, digestOf } from "./checksum";
import type { StackConfig } from "../config/stack-config";

/** What each version of a stack is. The workloads that move along are a part of it. */
export function identitiesOf({ versions, companions }: Pick<StackConfig, "versions" | "companions">): Identities {
  return Object.fromEntries(
    Object.entries(versions).map(([name, version]) => {
      const others = Object.values(companions).flatMap((companion) => companion.versions[name] ?? []);
      const digests = [version, ...others].map((version) => checksumOf(version));
      const digest = others.length === 0 ? digests.join("") : digestOf(digests);
      return [name, { digest, images: [version, ...others].map(({ image }) => image) }];
    }),
  );
}

/** What an update of a stack leaves, as far as the next one is compared with it. */
export function lastUpdateOf(config: Pick<StackConfig, "plan" | "versions" | "companions">): LastUpdate {
  return { plan: config.plan, versions: identitiesOf(config) };
}
