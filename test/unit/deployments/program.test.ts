import assert from "node:assert/strict";
import { namesOf, oneStack, only, runDeployments, smallConfig, type Registered } from "./support";

const environment = (name: string) => ({ kind: "environment", environment: name });
const approvers = [{ team: "platform" }, { user: "ada" }];

describe("the deployments of each stack", () => {
  let resources: readonly Registered[];
  const settings = (stack: string) => only(resources, "DeploymentSettings", stack).inputs;
  const triggers = (stack: string) => settings(stack)["vcs"] as Record<string, unknown>;
  const operation = (stack: string) => settings(stack)["operationContext"] as Record<string, Record<string, unknown>>;
  before(async () => {
    resources = await runDeployments(smallConfig());
  });

  it("are a component each", () => {
    assert.deepEqual(namesOf(resources, "StackDeployment"), ["dev", "pr", "pr-17", "prod"]);
    assert.equal(only(resources, "StackDeployment", "dev").type, "sluice:deployments:StackDeployment");
  });

  it("are those of the project's stack, from the repository's branch", () => {
    const { organization, project, stack, sourceContext } = settings("dev");
    assert.deepEqual([organization, project, stack], ["acme", "sluice", "dev"]);
    assert.deepEqual(sourceContext, { git: { branch: "refs/heads/main", repoDir: "." } });
    assert.deepEqual([triggers("dev")["provider"], triggers("dev")["repository"]], ["github", "acme/sluice"]);
  });

  it("are started by what the stack's kind allows: no push ever updates production", () => {
    const started = (stack: string) =>
      Object.entries(triggers(stack)).flatMap(([trigger, on]) => (on === true ? [trigger] : []));
    assert.deepEqual(started("dev"), ["deployCommits", "previewPullRequests"]);
    assert.deepEqual(started("prod"), ["previewPullRequests"]);
    assert.deepEqual(started("pr"), ["pullRequestTemplate"]);
    assert.deepEqual(started("pr-17"), []);
    for (const stack of ["prod", "pr", "pr-17"]) assert.equal(triggers(stack)["deployCommits"], false);
  });

  it("install from the lockfile, then write the kubeconfig", () => {
    assert.deepEqual(operation("prod")["preRunCommands"], [
      "npm ci --no-audit --no-fund",
      `umask 077 && pulumi env open 'acme/sluice/prod' 'files.KUBECONFIG' --format string > "$KUBECONFIG"`,
    ]);
    assert.equal(operation("prod")["options"]?.["skipInstallDependencies"], true);
    assert.equal(operation("prod")["environmentVariables"]?.["KUBECONFIG"], "/tmp/kubeconfig");
  });

  it("run the policy pack of their own commit, at the level of their kind", () => {
    const level = (stack: string) => operation(stack)["environmentVariables"]?.["PULUMI_OPTION_POLICY_PACK_CONFIG"];
    assert.deepEqual(["dev", "prod", "pr", "pr-17"].map(level), [
      "policies/config/development.json",
      "policies/config/production.json",
      "policies/config/development.json",
      "policies/config/development.json",
    ]);
    assert.equal(operation("prod")["environmentVariables"]?.["PULUMI_OPTION_POLICY_PACK"], "policies");
  });

  it("skip what newer pushes overtake, but no update of production", () => {
    const skip = (stack: string) => operation(stack)["options"]?.["skipIntermediateDeployments"];
    assert.deepEqual([skip("dev"), skip("prod")], [true, false]);
  });

  it("end a review stack, and no other, after its hours, whenever the project is updated", () => {
    const ttl = only(resources, "TtlSchedule");
    assert.equal(ttl.name, "pr-17-48h");
    assert.deepEqual([ttl.inputs["stack"], ttl.inputs["deleteAfterDestroy"]], ["pr-17", true]);
    const timestamp = String(ttl.inputs["timestamp"]);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now() - 48 * 3_600_000) < 60_000, timestamp);
    assert.deepEqual(ttl.ignoreChanges, ["timestamp"]);
    assert.ok(
      ttl.dependencies.some((urn) => urn.endsWith("DeploymentSettings::pr-17")),
      String(ttl.dependencies),
    );
  });

  it("have no schedule, webhook, approval or policy group that nobody asked for", () => {
    for (const type of ["DriftSchedule", "Webhook", "ApprovalRule", "Gate", "PolicyGroup"])
      assert.deepEqual(namesOf(resources, type), [], type);
  });

  it("name the repository's folder in every path and keep further commands and variables", async () => {
    const changes = {
      kind: "development",
      preRunCommands: ["make tools"],
      environmentVariables: { LEVEL: "7" },
      executorImage: "pulumi/pulumi-nodejs:3.245.0",
      agentPoolId: "pool-1",
    };
    const [dev] = (
      await runDeployments({ ...oneStack("dev", changes), repoDir: "infra/sluice", branch: "trunk" })
    ).filter(({ type }) => type.endsWith("DeploymentSettings"));
    const inputs = dev?.inputs ?? {};
    const context = inputs["operationContext"] as Record<string, unknown>;
    assert.deepEqual(inputs["sourceContext"], { git: { branch: "refs/heads/trunk", repoDir: "infra/sluice" } });
    assert.ok((inputs["vcs"] as { paths: string[] }).paths.every((path) => path.startsWith("infra/sluice/")));
    assert.equal((context["preRunCommands"] as string[])[1], "make tools");
    assert.equal((context["environmentVariables"] as Record<string, string>)["LEVEL"], "7");
    assert.deepEqual(inputs["executorContext"], { executorImage: "pulumi/pulumi-nodejs:3.245.0" });
    assert.equal(inputs["agentPoolId"], "pool-1");
  });
});

describe("a cloud role", () => {
  const oidc = async (credentials: Record<string, unknown>) => {
    const resources = await runDeployments(oneStack("prod", { kind: "production", credentials }));
    const context = only(resources, "DeploymentSettings").inputs["operationContext"] as Record<string, unknown>;
    return [context["oidc"], (context["preRunCommands"] as string[]).at(-1)];
  };
  const kubeconfigCommand = "write-kubeconfig";

  it("of AWS is taken on by OIDC, its session named after the stack", async () => {
    const roleArn = "arn:aws:iam::123456789012:role/sluice";
    const policyArns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"];
    const credentials = { kind: "aws", roleArn, duration: "1h0m0s", policyArns, kubeconfigCommand };
    assert.deepEqual(await oidc(credentials), [
      { aws: { roleARN: roleArn, sessionName: "sluice-prod", duration: "1h0m0s", policyARNs: policyArns } },
      kubeconfigCommand,
    ]);
  });

  it("of Azure is taken on by OIDC", async () => {
    const identity = {
      clientId: "00000000-0000-0000-0000-000000000001",
      tenantId: "00000000-0000-0000-0000-000000000002",
      subscriptionId: "00000000-0000-0000-0000-000000000003",
    };
    assert.deepEqual(await oidc({ kind: "azure", ...identity, kubeconfigCommand }), [
      { azure: identity },
      kubeconfigCommand,
    ]);
  });

  it("of Google Cloud is taken on by OIDC", async () => {
    const identity = {
      projectId: "123456789",
      workloadPoolId: "pulumi-pool",
      providerId: "pulumi-oidc",
      serviceAccount: "sluice@acme.iam.gserviceaccount.com",
      region: "europe-west1",
      tokenLifetime: "1h0m0s",
    };
    assert.deepEqual(await oidc({ kind: "gcp", ...identity, kubeconfigCommand }), [
      { gcp: identity },
      kubeconfigCommand,
    ]);
  });
});

describe("what looks after the stacks", () => {
  it("looks for drift when the config says, and puts nothing right unasked", async () => {
    const drift = { cron: "0 5 * * *" };
    const schedule = only(await runDeployments(oneStack("dev", { kind: "development", drift })), "DriftSchedule");
    const { stack, scheduleCron, autoRemediate } = schedule.inputs;
    assert.deepEqual([stack, scheduleCron, autoRemediate], ["dev", "0 5 * * *", false]);
    assert.ok(schedule.dependencies.some((urn) => urn.endsWith("DeploymentSettings::dev")));
  });

  it("tells each stack's failures, address and key kept secret", async () => {
    const webhook = { url: "https://hooks.example.com/1", secret: "0123456789abcdef" };
    const resources = await runDeployments(smallConfig({ webhook }));
    assert.deepEqual(namesOf(resources, "Webhook"), ["dev", "pr", "pr-17", "prod"]);
    const { inputs } = only(resources, "Webhook", "prod");
    assert.deepEqual(
      [inputs["organizationName"], inputs["projectName"], inputs["stackName"]],
      ["acme", "sluice", "prod"],
    );
    assert.deepEqual([inputs["payloadUrl"], inputs["secret"]], [`secret:${webhook.url}`, `secret:${webhook.secret}`]);
    assert.deepEqual([inputs["active"], inputs["format"]], [true, "raw"]);
    for (const filter of ["deployment_failed", "update_failed", "drift_detected", "policy_violation_mandatory"])
      assert.ok((inputs["filters"] as string[]).includes(filter), filter);
  });

  it("lets nobody change production's credentials alone", async () => {
    const approval = { actions: ["update"], approvers, count: 2 };
    const resources = await runDeployments(
      oneStack("prod", { kind: "production", credentials: environment("sluice/prod"), approval }),
    );
    assert.deepEqual(namesOf(resources, "Gate"), []);
    assert.deepEqual(only(resources, "ApprovalRule").inputs, {
      name: "prod-credentials-update",
      enabled: true,
      targetActionTypes: ["update"],
      environmentIdentifier: { organization: "acme", project: "sluice", name: "prod" },
      approvalRuleConfig: {
        numApprovalsRequired: 2,
        allowSelfApproval: false,
        requireReapprovalOnChange: true,
        eligibleApprovers: [{ teamName: "platform" }, { user: "ada" }],
      },
    });
  });

  it("lets nobody use production's credentials alone; a pull request's preview, which can't be granted them, is off", async () => {
    const approval = { actions: ["open"], approvers };
    const resources = await runDeployments(
      oneStack("prod", { kind: "production", credentials: environment("sluice/prod"), approval }),
    );
    const { orgName, rule, target } = only(resources, "Gate").inputs;
    assert.equal(orgName, "acme");
    assert.deepEqual(target, { entityType: "environment", qualifiedName: "sluice/prod", actionTypes: ["open"] });
    assert.deepEqual((rule as Record<string, unknown>)["eligibleApprovers"], [
      { eligibilityType: "team_member", teamName: "platform" },
      { eligibilityType: "specific_user", userLogin: "ada" },
    ]);
    const vcs = only(resources, "DeploymentSettings").inputs["vcs"] as Record<string, unknown>;
    assert.equal(vcs["previewPullRequests"], false);
  });
});
