import type { ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { isOnCalendar } from "./calendar";
import { exceptionsFor, exceptionsSchema, holds, type Exception } from "./exceptions";
import type { Manifest } from "./manifests";
import type { SeenResource } from "./objects";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** A policy that knows of its settings what no schema can say. */
export interface CheckedPolicy {
  /** What is wrong with settings that its schema lets pass, a line each, beginning with the setting. */
  readonly problems?: (settings: object) => string[];
}

/** What a policy's settings have beside its own. */
interface Governed {
  readonly exceptions?: readonly Exception[];
}

/**
 * The policy with exceptions among its settings. A violation for which one holds is not reported; one whose exception has
 * ended says so.
 */
export function governed(policy: Policy): Policy & CheckedPolicy {
  const { configSchema, problems }: Policy & CheckedPolicy = policy;
  const { exceptions = exceptionsSchema, ...properties } = configSchema?.properties ?? {};
  const common = {
    configSchema: { ...configSchema, properties: { ...properties, exceptions } },
    problems: (settings: object) => [...(problems?.(settings) ?? []), ...exceptionProblems(settings)],
  };
  if ("validateStack" in policy)
    return {
      ...policy,
      ...common,
      validateStack: (args, report) => {
        const all = exceptionsOf(args, exceptions.default);
        const placeOf = (urn?: string) => args.resources.find((resource) => resource.urn === urn);
        return policy.validateStack(args, unlessExcepted(all, report, placeOf));
      },
    };
  const { validateResource = [], remediateResource } = policy;
  const validations = Array.isArray(validateResource) ? validateResource : [validateResource];
  return {
    ...policy,
    ...common,
    validateResource: validations.map((validate) => (args, report) => {
      const all = exceptionsOf(args, exceptions.default);
      return validate(
        args,
        unlessExcepted(all, report, () => args),
      );
    }),
    ...(remediateResource && {
      remediateResource: (args) => {
        const whole = exceptionsOf(args, exceptions.default).filter(({ only }) => only === undefined);
        return whole.some((one) => holds(one) && isAbout(one, args)) ? undefined : remediateResource(args);
      },
    }),
  };
}

function exceptionProblems({ exceptions = [] }: Governed): string[] {
  return exceptions.flatMap(({ until }, index) =>
    isOnCalendar(until)
      ? []
      : [`exceptions.${index}.until is "${until}": it must be a day that there is, as YYYY-MM-DD`],
  );
}

/** A runner that fills no defaults in gets the schema's here. */
function exceptionsOf(args: { getConfig<C extends object>(): C }, byDefault: unknown): readonly Exception[] {
  return args.getConfig<Governed>().exceptions ?? (byDefault as readonly Exception[] | undefined) ?? [];
}

function isAbout(exception: Exception, resource: SeenResource): boolean {
  return exceptionsFor({ ...placeOf(resource), message: "" }, [exception]).length > 0;
}

function unlessExcepted(
  exceptions: readonly Exception[],
  report: ReportViolation,
  resourceOf: (urn?: string) => SeenResource | undefined,
): ReportViolation {
  if (exceptions.length === 0) return report;
  return (message, urn) => {
    const about = exceptionsFor({ ...placeOf(resourceOf(urn)), message }, exceptions);
    if (about.some((one) => holds(one))) return;
    const [ended] = about;
    const told = ended ? ` (the exception of ${ended.owner} ended on ${ended.until}: ${ended.reason})` : "";
    report(`${message}${told}`, urn);
  };
}

function placeOf(resource: SeenResource | undefined): { readonly namespace?: string; readonly name?: string } {
  if (!resource?.type.startsWith("kubernetes:")) return {};
  const { metadata } = resource.props as Manifest;
  return { namespace: metadata?.namespace ?? "default", name: metadata?.name ?? resource.name };
}
