import type { Application, Labels } from "../kubernetes/application";
import { ownLabels } from "./live";
import { versionLabel } from "./names";

/** The workload of a stack: the short form's, or an application's own. */
interface Workload {
  readonly workload: string;
  readonly application?: Application;
}

/** The labels by which the pods of a version are known. */
export function podLabels({ workload, application }: Workload, version: string): Labels {
  if (!application) return { app: workload, version };
  const { matchLabels = {} } = application.workload.spec.selector;
  const { live } = application;
  if (!live) return { ...matchLabels, [versionLabel]: version };
  return version === live.version ? matchLabels : ownLabels(application, version);
}
