import type { Problem } from "../../config/problems";
import type { DeploymentsConfig } from "./schema";
import type { StackSettings } from "./stacks";

/** What each key allows by itself and what together would do nothing, or would always fail. */
export function contradictions({ stacks, webhook }: DeploymentsConfig): Problem[] {
  const entries = Object.entries(stacks);
  const templates = entries.filter(([, { kind }]) => kind === "template");
  return [
    ...entries.flatMap(([name, settings]) => approvalProblems(name, settings)),
    ...templates.slice(1).map(([name]) => ({
      key: `stacks.${name}.kind`,
      value: "template",
      allowed: `must not be template too: ${templates[0]?.[0]} is the one that pull requests copy`,
    })),
    ...(webhook?.secret !== undefined && webhook.format !== "raw"
      ? [
          {
            key: "webhook.secret",
            value: webhook.secret,
            allowed: `has no meaning with format ${webhook.format}: Pulumi signs raw deliveries only`,
          },
        ]
      : []),
  ];
}

function approvalProblems(name: string, settings: StackSettings): Problem[] {
  if (settings.kind !== "production" || !settings.approval) return [];
  const { approval, credentials, drift } = settings;
  const problems: Problem[] = [];
  if (credentials.kind !== "environment")
    problems.push({
      key: `stacks.${name}.approval`,
      value: approval,
      allowed: `has no meaning with credentials of kind ${credentials.kind}: what Pulumi Cloud can guard is a Pulumi ESC environment`,
    });
  if (approval.actions.includes("open") && drift)
    problems.push({
      key: `stacks.${name}.drift`,
      value: drift,
      allowed:
        "can't go with approval.actions open: a scheduled run has nobody who was granted the credentials, so it would always fail",
    });
  return problems;
}
