import type { ResourceValidationPolicy } from "@pulumi/policy";
import { freezeProblems, windowAt, type FreezeWindow } from "./support/freeze";
import { gradualRelease } from "./support/frameworks";
import { updateKindOf } from "./support/plans";
import { settingsOf } from "./support/settings";
import type { CheckedPolicy } from "./support/governed";

/** Settings of {@link releaseFreeze}. */
export interface ReleaseFreezeSettings {
  /** When nothing is released. */
  readonly freeze: readonly FreezeWindow[];
}

const defaults: ReleaseFreezeSettings = { freeze: [] };

const minute = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$",
  description: "a day and a time as YYYY-MM-DDTHH:MM",
} as const;

/**
 * Stops releases while nobody is there to look after them: holidays, sales, an audit. In a window nothing passes that brings
 * a version to users who did not have it; a rollback passes, and so does everything that changes nothing for users.
 *
 * A rollout that has begun before the window goes on: it has its own checks, and its driver asks no policy between its steps.
 */
export const releaseFreeze: ResourceValidationPolicy & CheckedPolicy = {
  name: "release-freeze",
  description: "In a freeze window only rollbacks pass.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: gradualRelease,
  configSchema: {
    properties: {
      freeze: {
        type: "array",
        items: {
          type: "object",
          properties: {
            from: minute,
            to: minute,
            timeZone: { type: "string", minLength: 1 },
            reason: { type: "string", minLength: 1 },
            except: { type: "array", items: { type: "string", minLength: 1 } },
          },
          required: ["from", "to", "timeZone", "reason"],
          additionalProperties: false,
        },
        default: [...defaults.freeze],
        description:
          "Windows without releases: from and to as YYYY-MM-DDTHH:MM in timeZone (`Europe/Berlin`), reason, and except, the stacks that they don't hold for",
      },
    },
  },
  problems: (settings) => freezeProblems((settings as Partial<ReleaseFreezeSettings>).freeze ?? []),
  validateResource(args, report) {
    const kind = updateKindOf(args);
    if (kind === undefined || kind === "same" || kind === "way back") return;
    const [, , stack = ""] = (args.urn.split("::")[0] ?? "").split(":");
    const window = windowAt(new Date(), stack, settingsOf(args, defaults).freeze);
    if (!window) return;
    report(
      `nothing is released until ${window.to.replace("T", " ")} ${window.timeZone}, because of ` +
        `${window.reason}: wait, go back by sluice undo or sluice abort, or add the stack ${stack} to "except" of the window in the pack's config.`,
    );
  },
};
