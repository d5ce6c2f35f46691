import { z } from "zod";
import { strictObject, wholeNumber, yesOrNo } from "../../config/fields";
import { credentials } from "./credentials";
import { cron, text } from "./fields";

/** Variables that this project sets itself, or that would put a secret into plain config. */
const reservedVariables = new Set([
  "KUBECONFIG",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_OPTION_POLICY_PACK",
  "PULUMI_OPTION_POLICY_PACK_CONFIG",
]);

const common = {
  /** How a deployment comes to the cluster. */
  credentials,
  /** Shell commands before each operation, each in a shell of its own, after `npm ci` and before the kubeconfig's. */
  preRunCommands: z
    .array(z.string("must be a shell command").min(1, "must not be empty"), "must be a list of shell commands")
    .default([]),
  /** Further environment variables of each operation, in plain text: secrets belong in the ESC environment. */
  environmentVariables: z
    .record(
      text(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable's name").refine(
        (name) => !reservedVariables.has(name),
        "is not yours to set: Sluice sets it, or it is a secret that belongs in Pulumi Cloud",
      ),
      z.string("must be a text"),
      "must be a map of variables to texts",
    )
    .default({}),
  /** The image that deployments run in; Pulumi's own by default. */
  executorImage: z.string("must be an image").min(1, "must not be empty").optional(),
  /** The pool of runners of your own; Pulumi's runners by default. */
  agentPoolId: z.string("must be an agent pool's ID").min(1, "must not be empty").optional(),
};

/** When the cluster is compared with what Pulumi remembers of it. */
const drift = strictObject(
  {
    /** When, as five fields of cron in UTC. */
    cron,
    /** Whether what has drifted is put right at once; false by default: a hotfix by hand is looked at first. */
    remediate: yesOrNo().default(false),
  },
  "must be a map with cron",
);

const approver = z.union(
  [
    strictObject({ team: z.string("must be a team").min(1, "must not be empty") }, "must be { team } or { user }"),
    strictObject({ user: z.string("must be a user").min(1, "must not be empty") }, "must be { team } or { user }"),
  ],
  "must be { team: NAME } or { user: LOGIN }",
);

/** Who must agree before the ESC environment with the stack's credentials is changed, or opened at all. */
const approval = strictObject(
  {
    /** `update`: the environment is changed; `open`: its credentials are used. */
    actions: z
      .array(z.enum(["update", "open"], "must be update or open"), "must be a list of update and open")
      .min(1, "must have update, open or both")
      .refine((actions) => new Set(actions).size === actions.length, "must not name an action twice"),
    /** Who may agree. */
    approvers: z.array(approver, "must be a list of { team } and { user }").min(1, "must have an approver"),
    /** How many must agree; 1 by default. */
    count: wholeNumber(1, 10, " (approvers)").default(1),
  },
  "must be a map of actions and approvers",
);

const kinds = "development, production, template or review";

/** One stack of Sluice; its kind says what may start a deployment of it. */
export const stack = z.discriminatedUnion(
  "kind",
  [
    /** Updated by each push to the branch, previewed for each pull request. */
    strictObject({ kind: z.literal("development"), ...common, drift: drift.optional() }, "must be a map"),
    /** Previewed for each pull request, never updated by a push. */
    strictObject(
      { kind: z.literal("production"), ...common, drift: drift.optional(), approval: approval.optional() },
      "must be a map",
    ),
    /** Copied by Pulumi Deployments for each pull request, never updated itself. */
    strictObject({ kind: z.literal("template"), ...common }, "must be a map"),
    /** The stack of one pull request, which `sluice review` brings up; Pulumi Cloud destroys it in the end. */
    strictObject(
      {
        kind: z.literal("review"),
        ...common,
        /** After how many hours it is destroyed, counted from when this project first sees it; at most 30 days. */
        ttlHours: wholeNumber(1, 720, " (hours)"),
      },
      "must be a map",
    ),
  ],
  {
    error: (issue) => (issue.code === "invalid_union" ? `must be ${kinds}` : `must be a map with a kind: ${kinds}`),
  },
);

/** A stack's name (Pulumi: letters, digits, `-`, `_` and `.`). */
const stackName = text(/^[a-zA-Z0-9][-\w.]{0,99}$/, "must be a stack's name: letters, digits, -, _ and .");

/** The stacks by name. */
export const stacks = z
  .record(stackName, stack, "must be a map of stacks' names to their settings")
  .refine((map) => Object.keys(map).length > 0, "must have a stack");

/** One stack's settings, with defaults filled in. */
export type StackSettings = z.output<typeof stack>;
/** What may start a deployment of a stack. */
export type StackKind = StackSettings["kind"];
/** When drift is looked for. */
export type Drift = z.output<typeof drift>;
/** Who must agree. */
export type Approval = z.output<typeof approval>;
