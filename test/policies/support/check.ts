import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import server = require("@pulumi/policy/server");
import analyzer = require("@pulumi/pulumi/proto/analyzer_pb");
import { governed } from "../../../policies/support/governed";
import { guarded } from "../../../policies/support/guarded";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** A resource as Pulumi's engine hands it to a pack. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** An option of it. */
  readonly additionalSecretOutputs?: string[];
}

/** What a policy said. */
export interface Findings {
  /** The messages of its violations, without the description that the SDK puts in front of each. */
  readonly violations: string[];
  /** The URNs that the violations of a stack policy name. */
  readonly urns: string[];
  /** That it could not be run, and which value was unknown; the engine shows these as advice. */
  readonly unknown: string[];
  /** Why it had nothing to decide. */
  readonly notApplicable: string[];
}

type Analyze = (
  call: { readonly request: unknown },
  callback: (error: Error | null | undefined, response?: InstanceType<typeof analyzer.AnalyzeResponse>) => void,
) => Promise<void>;

type Remediate = (
  call: { readonly request: unknown },
  callback: (error: Error | null | undefined, response?: InstanceType<typeof analyzer.RemediateResponse>) => void,
) => Promise<void>;

type MakeRemediate = (pack: string, version: string, level: string, policies: readonly Policy[]) => Remediate;

type MakeAnalyze = (pack: string, version: string, level: string, policies: readonly Policy[]) => Analyze;

/** The SDK's own handlers of the engine's requests, which its types leave out. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun, makeRemediateRpcFun } = server as unknown as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeAnalyze
> & { readonly makeRemediateRpcFun: MakeRemediate };

/** A URN by which violations can be told apart. */
export function urnOf({ type, name }: Resource): string {
  return `urn:pulumi:test::sluice::${type}::${name}`;
}

/**
 * Runs a policy, guarded as in the pack, by the SDK's handlers of the engine's requests, so that values that are unknown,
 * proxies and errors are as under Pulumi.
 *
 * @param config the policy's settings as a pack config gives them; without it the policy sees none at all.
 */
export async function check(policy: Policy, resources: readonly Resource[], config: object = {}): Promise<Findings> {
  const enabled = configured(guarded(governed({ ...policy, enforcementLevel: "mandatory" })), config);
  const isStackPolicy = "validateStack" in policy;
  const analyze = (isStackPolicy ? makeAnalyzeStackRpcFun : makeAnalyzeRpcFun)("sluice", "1.0.0", "mandatory", [
    enabled,
  ]);
  const requests = isStackPolicy ? [stackRequest(resources)] : resources.map(resourceRequest);
  const responses = await Promise.all(requests.map((request) => answer(analyze, request)));
  const diagnostics = responses.flatMap((response) => response.getDiagnosticsList());
  const refusals = diagnostics.filter((one) => !one.getMessage().startsWith("can't run policy"));
  return {
    violations: refusals.map((one) => one.getMessage().slice(policy.description.length + 1)),
    urns: refusals.map((one) => one.getUrn()),
    unknown: diagnostics.filter((one) => !refusals.includes(one)).map((one) => one.getMessage()),
    notApplicable: responses.flatMap((one) => one.getNotApplicableList().map((reason) => reason.getReason())),
  };
}

/** The SDK takes settings from a request that only a served pack gets. */
function configured(policy: Policy, config: object): Policy {
  const getConfig = <T extends object>() => config as T;
  if ("validateStack" in policy)
    return { ...policy, validateStack: (args, report) => policy.validateStack({ ...args, getConfig }, report) };
  const { validateResource = [], remediateResource } = policy;
  const validations = Array.isArray(validateResource) ? validateResource : [validateResource];
  return {
    ...policy,
    validateResource: validations.map((validate) => (args, report) => validate({ ...args, getConfig }, report)),
    ...(remediateResource && { remediateResource: (args) => remediateResource({ ...args, getConfig }) }),
  };
}

/** What a policy at the level `remediate` makes of an object, by the SDK's handler; nothing if it changes nothing. */
export async function mend(policy: Policy, resource: Resource, config: object = {}): Promise<unknown> {
  const mending = configured(governed({ ...policy, enforcementLevel: "remediate" }), config);
  const handle = makeRemediateRpcFun("sluice", "1.0.0", "mandatory", [mending]);
  const response = await new Promise<InstanceType<typeof analyzer.RemediateResponse>>((resolve, reject) => {
    void handle({ request: resourceRequest(resource) }, (error, answer) =>
      answer ? resolve(answer) : reject(error ?? new Error("no answer")),
    );
  });
  return response.getRemediationsList()[0]?.getProperties()?.toJavaScript();
}

function answer(analyze: Analyze, request: unknown): Promise<InstanceType<typeof analyzer.AnalyzeResponse>> {
  return new Promise((resolve, reject) => {
    void analyze({ request }, (error, response) =>
      response ? resolve(response) : reject(error ?? new Error("no answer")),
    );
  });
}

function resourceRequest(resource: Resource): InstanceType<typeof analyzer.AnalyzeRequest> {
  const request = new analyzer.AnalyzeRequest();
  fill(request, resource);
  return request;
}

function stackRequest(resources: readonly Resource[]): InstanceType<typeof analyzer.AnalyzeStackRequest> {
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const seen = new analyzer.AnalyzerResource();
      fill(seen, resource);
      return seen;
    }),
  );
  return request;
}

function fill(
  message: InstanceType<typeof analyzer.AnalyzeRequest> | InstanceType<typeof analyzer.AnalyzerResource>,
  resource: Resource,
): void {
  message.setType(resource.type);
  message.setName(resource.name);
  message.setUrn(urnOf(resource));
  // All that the SDK asks of the protobuf Struct that would come over the wire.
  message.getProperties = () => ({ toJavaScript: () => structuredClone(resource.props) }) as never;
  const options = new analyzer.AnalyzerResourceOptions();
  options.setAdditionalsecretoutputsList(resource.additionalSecretOutputs ?? []);
  message.setOptions(options);
}
