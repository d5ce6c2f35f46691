import RandExp from "randexp";
import { routeRequest, type TrafficRequest } from "./model";
import { compilePattern } from "./pattern";
import {
  isUnreachable,
  triedColor,
  type BlueGreenPlan,
  type CanaryPlan,
  type CanaryTrial,
  type HeaderRule,
  type TrafficPlan,
} from "./plan";
import type { Shares } from "./shares";

/** A request that shows one rule of a plan at work. */
export interface Sample {
  /** The rule in plain English: `no rule`, `header Region = shenzhen`, `cookie trial = never`. */
  readonly rule: string;
  readonly request: TrafficRequest;
  /** Who serves such requests by the plan. */
  readonly shares: Shares;
  /** The port of the node that is asked, if it is another than the plan's. */
  readonly nodePort?: number;
  /** True for the requests that no rule decides: what most users send. */
  readonly isPlain: boolean;
}

/**
 * A request for each rule of a plan, the plain one first; by them a plan is verified and watched.
 *
 * A pattern is shown by a value that matches it; if none can be made that a header may carry, the rule is left out.
 */
export function samplesOf(plan: TrafficPlan): Sample[] {
  const route = plan.strategy === "replicaRatio" ? undefined : plan.routes[0];
  const place = { host: concrete(route?.host), path: route?.path ?? "/" };
  const sample = ({ rule, ...sent }: SentBy): Sample => {
    const request = { ...place, ...sent };
    return { rule, request, shares: routeRequest(plan, request).shares, isPlain: rule === plainRule };
  };
  const plain = sample({ rule: plainRule });
  if (plan.strategy === "canary")
    return [
      plain,
      ...(plan.canary
        ? [...headerSamples(plan.canary), ...cookieSamples(plan.canary), ...formerSamples(plan, plan.canary)]
        : []
      ).map(sample),
    ];
  return plan.strategy === "blueGreen" ? [plain, ...previewSamples(plan)] : [plain];
}

const plainRule = "no rule";

function previewSamples(plan: BlueGreenPlan): Sample[] {
  const { preview, previewNodePort } = plan;
  const idle = triedColor(plan);
  if (!idle || (!preview && previewNodePort === undefined)) return [];
  const request = { host: concrete(preview?.host), path: preview?.path ?? "/" };
  return [
    {
      rule: `preview of ${idle.color}`,
      request,
      shares: { [idle.version]: 1 },
      nodePort: previewNodePort,
      isPlain: false,
    },
  ];
}

type SentBy = { readonly rule: string } & Pick<TrafficRequest, "headers" | "cookies">;

function headerSamples({ header }: CanaryTrial): SentBy[] {
  if (!header) return [];
  const { name, value, pattern } = header;
  if (value !== undefined) return [{ rule: `header ${name} = ${value}`, headers: { [name]: value } }];
  if (pattern === undefined)
    return ["always", "never"].map((sent) => ({ rule: `header ${name} = ${sent}`, headers: { [name]: sent } }));
  const example = exampleOf(header);
  return example === undefined ? [] : [{ rule: `header ${name} ~ ${pattern}`, headers: { [name]: example } }];
}

function cookieSamples({ cookie }: CanaryTrial): SentBy[] {
  if (cookie === undefined) return [];
  return ["always", "never"].map((sent) => ({ rule: `cookie ${cookie} = ${sent}`, cookies: { [cookie]: sent } }));
}

/** Once the canary gets no requests, users with its cookie must be back as well. */
function formerSamples(plan: CanaryPlan, { version }: CanaryTrial): SentBy[] {
  const { affinity, router } = plan;
  const key = affinity?.keys[version];
  if (!affinity || key === undefined || version === plan.stable || !isUnreachable(plan)) return [];
  // A pod's key before the version's, whatever it is.
  const value = router === "ingress" ? `0|${key}` : key;
  return [{ rule: `cookie ${affinity.cookie} of ${version}`, cookies: { [affinity.cookie]: value } }];
}

/** A value that a header can carry and that the rule's pattern matches; nothing if none can be made. */
export function exampleOf({ pattern = "" }: HeaderRule): string | undefined {
  const compiled = compilePattern(pattern);
  if (!compiled) return undefined;
  const maker = new RandExp(compiled);
  maker.max = 3;
  maker.defaultRange.subtract(32, 47);
  // Always the first choice, so that the same plan is shown by the same request.
  maker.randInt = (from) => from;
  const example = maker.gen();
  // Servers refuse longer headers (nginx's `large_client_header_buffers` are 8 KB).
  if (example.length > 4096) return undefined;
  return compiled.test(example) && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(example) ? example : undefined;
}

/** A name that a wildcard host stands for. */
function concrete(host = "sluice"): string {
  return host.replace(/^\*/, "any");
}
