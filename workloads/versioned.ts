import type { Application } from "../kubernetes/application";
import type { VersionConfig } from "../config/versions";

/** An application and the versions that a stack has of it. */
export interface Versioned {
  readonly application: Application;
  readonly versions: Readonly<Record<string, VersionConfig>>;
}
