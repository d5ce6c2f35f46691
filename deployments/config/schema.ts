import { z } from "zod";
import { strictObject } from "../../config/fields";
import { text } from "./fields";
import { stacks } from "./stacks";

/** Where failures are told. */
const webhook = strictObject(
  {
    /** The address; a secret in Slack's and Teams' case. */
    url: z.url({ protocol: /^https$/, error: "must be an https address" }),
    /** What is sent: `raw` JSON (by default), or a message for `slack` or `ms_teams`. */
    format: z.enum(["raw", "slack", "ms_teams"], "must be raw, slack or ms_teams").default("raw"),
    /** The key by which raw deliveries are signed (header `Pulumi-Webhook-Signature`). */
    secret: z.string("must be a text").min(16, "must have at least 16 characters").optional(),
  },
  "must be a map with a url",
);

/** The policy pack, as it was published to the organization. */
const policies = strictObject(
  {
    /** The pack's name; `sluice` by default. */
    pack: text(/^[a-zA-Z0-9][-\w.]*$/, "must be a policy pack's name").default("sluice"),
    /** The published version, as in the pack's package.json. */
    version: text(/^\d+\.\d+\.\d+(-[\w.]+)?$/, "must be a version such as 1.0.0"),
  },
  "must be a map with a version",
);

/** The keys of this project's config. */
export const deploymentsSchema = z.strictObject({
  /** The organization on Pulumi Cloud that has the stacks. */
  organization: text(/^[a-zA-Z0-9][-\w]{0,99}$/, "must be an organization on Pulumi Cloud"),
  /** The GitHub repository, `owner/name`, in which Pulumi's GitHub app is installed. */
  repository: text(/^[a-zA-Z0-9][-a-zA-Z0-9]*\/[-\w.]+$/, "must be a GitHub repository, owner/name"),
  /** The branch that is deployed; `main` by default. */
  branch: text(/^(?!refs\/)(?!.*\.\.)[-\w./]+$/, "must be a branch without refs/heads/").default("main"),
  /** The Pulumi project of the stacks; `sluice` by default, as in the root's Pulumi.yaml. */
  project: text(/^[a-zA-Z0-9][-\w.]{0,99}$/, "must be a Pulumi project's name").default("sluice"),
  /** The folder of Sluice's Pulumi.yaml in the repository; `.` by default. */
  repoDir: text(/^(\.|(?!\.)[-\w.]+(\/(?!\.)[-\w.]+)*)$/, "must be a folder inside the repository").default("."),
  /** What is set up for each stack. */
  stacks,
  /** Where failures are told; nowhere by default. */
  webhook: webhook.optional(),
  /** The policy groups; none by default: then each deployment runs the pack of its own commit. */
  policies: policies.optional(),
});

/** This project's config, with defaults filled in. */
export type DeploymentsConfig = z.output<typeof deploymentsSchema>;
/** Where failures are told. */
export type WebhookConfig = z.output<typeof webhook>;
/** The published policy pack. */
export type PoliciesConfig = z.output<typeof policies>;
