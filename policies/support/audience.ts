import type { PolicyConfigSchema } from "@pulumi/policy";
import type { CanaryTrial, HeaderRule, TrafficPlan } from "../../traffic/plan";
import { mainVersion, percentOf } from "./shares";

/** What the pack's config says about the requests that rules match, which no plan knows. */
export interface Audience {
  /** How many percent of the requests a rule matches, by the rule's words in the preview; access logs tell it. */
  readonly rules: readonly { readonly rule: string; readonly percent: number }[];
  /** The percentage for a rule that is not listed and that testers alone may match, or many users, 0 to 100. */
  readonly undeclaredRulePercent: number;
}

/** Testers choose themselves, until a pack config says otherwise. */
export const testersOnly: Audience = { rules: [], undeclaredRulePercent: 0 };

/** The schema of {@link Audience}. */
export const audienceSchema: PolicyConfigSchema["properties"] = {
  rules: {
    type: "array",
    items: {
      type: "object",
      properties: { rule: { type: "string", minLength: 1 }, percent: { type: "number", minimum: 0, maximum: 100 } },
      required: ["rule", "percent"],
      additionalProperties: false,
    },
    default: [],
    description: "How many percent of the requests each rule matches, by its words in the preview: `cookie beta`",
  },
  undeclaredRulePercent: {
    type: "number",
    minimum: 0,
    maximum: 100,
    default: testersOnly.undeclaredRulePercent,
    description: "What a rule counts for that is not in `rules` and that many users may match, in percent",
  },
};

/** A rule of a canary, as the preview words it, and for how many percent of the requests it counts. */
export interface WeighedRule {
  readonly rule: string;
  readonly percent: number;
}

/** The percentage, from 0 to 100, of all requests that a version may serve: by rules first, then by its share of the others. */
export function reachOf(plan: TrafficPlan, version: string, audience: Audience): number {
  const byRules = weighRules(plan, audience).reduce((sum, { percent }) => Math.min(100, sum + percent), 0);
  const ofOthers = percentOf(plan, version);
  const isTried = plan.strategy === "canary" && plan.canary?.version === version;
  // Rules may match nobody: what stable serves is not less for them.
  if (!isTried || version === mainVersion(plan)) return ofOthers;
  return Number((byRules + ((100 - byRules) * ofOthers) / 100).toFixed(6));
}

/** A canary's rules with what each counts for. */
export function weighRules(plan: TrafficPlan, { rules, undeclaredRulePercent }: Audience): WeighedRule[] {
  if (plan.strategy !== "canary" || !plan.canary) return [];
  return rulesOf(plan.canary).map(({ rule, percent = undeclaredRulePercent }) => ({
    rule,
    percent: rules.find((declared) => declared.rule === rule)?.percent ?? percent,
  }));
}

/** A percentage is what a rule is known to match; nothing if users may match it, or testers alone. */
function rulesOf({ header, cookie, clients = [] }: CanaryTrial): { rule: string; percent?: number }[] {
  return [
    ...(header ? [{ rule: headerRule(header), percent: percentOfHeader(header) }] : []),
    // The application may set it for whomever it likes.
    ...(cookie === undefined ? [] : [{ rule: `cookie ${cookie}` }]),
    ...clients.map((range) => ({ rule: `clients ${range}`, percent: range.endsWith("/0") ? 100 : undefined })),
  ];
}

function headerRule({ name, value, pattern }: HeaderRule): string {
  if (value !== undefined) return `header ${name} = ${value}`;
  return pattern === undefined ? `header ${name}` : `header ${name} ~ ${pattern}`;
}

function percentOfHeader({ name, value, pattern }: HeaderRule): number | undefined {
  // By `always`, which nobody sends by accident.
  if (value === undefined && pattern === undefined) return 0;
  return everybodysHeader.test(name) ? 100 : undefined;
}

/**
 * Headers that every browser sends, or that the controller adds to each request.
 *
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
const everybodysHeader =
  /^(accept(-encoding|-language)?|cache-control|connection|cookie|host|origin|referer|user-agent|upgrade-insecure-requests|sec-(ch-ua|fetch)[\w-]*|x-(forwarded-[\w-]+|real-ip|request-id|scheme))$/i;
