import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import { Plan } from "../../../../components/plan";
import type { RenderedSide } from "../../../../scripts/policies/examples";

/** Where the rendered stacks are, and where the provider writes what it is given instead of asking a cluster. */
const { SLUICE_TEST_MANIFESTS: file = "", SLUICE_TEST_OUT: renderYamlToDirectory = "" } = process.env;
const provider = new k8s.Provider("files", { renderYamlToDirectory });

for (const [name, { manifests, outputs, lastOutputs, undone }] of Object.entries(
  JSON.parse(readFileSync(file, "utf8")) as Record<string, RenderedSide>,
)) {
  new k8s.yaml.ConfigGroup(name, { objs: [...manifests], resourcePrefix: name }, { provider });
  // Objects alone have no plan.
  if (outputs["plan"] === undefined) continue;
  const args = { plan: outputs["plan"], versions: outputs["versions"], last: lastOutputs, undone };
  new Plan(name, args as unknown as ConstructorParameters<typeof Plan>[1]);
}
