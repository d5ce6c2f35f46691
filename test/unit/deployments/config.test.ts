import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packageFolder } from "../../../package-folder";
import { parseDeploymentsConfig } from "../../../deployments/config";
import { asPulumiPasses, oneStack, problemsOf, smallConfig } from "./support";

const production = { kind: "production" };
const review = { kind: "review", ttlHours: 48 };
const aws = {
  kind: "aws",
  roleArn: "arn:aws:iam::123456789012:role/sluice",
  kubeconfigCommand: "aws eks update-kubeconfig --name dev",
};

/** What is wrong, the config, the key that is named, and what its message must say. */
type BadCase = readonly [title: string, config: Record<string, unknown>, key: string, allowed: RegExp];

const cases: BadCase[] = [
  ["no organization", smallConfig({ organization: undefined }), "organization", /must be an organization/],
  ["no repository", smallConfig({ repository: undefined }), "repository", /owner\/name/],
  [
    "a repository by its address",
    smallConfig({ repository: "https://github.com/acme/sluice" }),
    "repository",
    /owner\/name/,
  ],
  ["a branch as a ref", smallConfig({ branch: "refs/heads/main" }), "branch", /without refs\/heads/],
  ["a folder outside the repository", smallConfig({ repoDir: "../other" }), "repoDir", /inside the repository/],
  ["no stacks", smallConfig({ stacks: undefined }), "stacks", /must be a map of stacks/],
  ["an empty map of stacks", smallConfig({ stacks: {} }), "stacks", /must have a stack/],
  ["stacks that are no JSON", smallConfig({ stacks: "dev, prod" }), "stacks", /must be a map of stacks/],
  ["a stack's name with a slash", oneStack("a/b", { kind: "development" }), "stacks.a/b", /letters, digits/],
  [
    "an unknown kind",
    oneStack("qa", { kind: "staging" }),
    "stacks.qa.kind",
    /development, production, template or review/,
  ],
  ["no kind", oneStack("qa", {}), "stacks.qa.kind", /development, production, template or review/],
  ["an unknown key", smallConfig({ organisation: "acme" }), "organisation", /did you mean organization\?/],
  [
    "an unknown key of a stack",
    oneStack("dev", { kind: "development", drfit: {} }),
    "stacks.dev.drfit",
    /did you mean drift\?/,
  ],
  [
    "a time to live for production",
    oneStack("prod", { ...production, ttlHours: 4 }),
    "stacks.prod.ttlHours",
    /belongs to another kind/,
  ],
  [
    "drift of a template",
    oneStack("pr", { kind: "template", drift: { cron: "0 5 * * *" } }),
    "stacks.pr.drift",
    /another kind/,
  ],
  [
    "an approval before development",
    oneStack("dev", { kind: "development", approval: {} }),
    "stacks.dev.approval",
    /another kind/,
  ],
  [
    "a push that updates production",
    oneStack("prod", { ...production, deployCommits: true }),
    "stacks.prod.deployCommits",
    /not a known key/,
  ],
  ["a time to live of 0", oneStack("pr-17", { ...review, ttlHours: 0 }), "stacks.pr-17.ttlHours", /from 1 to 720/],
  [
    "a time to live of 31 days",
    oneStack("pr-17", { ...review, ttlHours: 744 }),
    "stacks.pr-17.ttlHours",
    /from 1 to 720/,
  ],
  ["no time to live", oneStack("pr-17", { ...review, ttlHours: undefined }), "stacks.pr-17.ttlHours", /from 1 to 720/],
  [
    "no credentials",
    oneStack("prod", { ...production, credentials: undefined }),
    "stacks.prod.credentials",
    /aws, azure, gcp or environment/,
  ],
  [
    "credentials of another cloud",
    oneStack("prod", { ...production, credentials: { kind: "oci" } }),
    "stacks.prod.credentials.kind",
    /aws, azure/,
  ],
  [
    "a user's ARN",
    oneStack("prod", { ...production, credentials: { ...aws, roleArn: "arn:aws:iam::123456789012:user/a" } }),
    "stacks.prod.credentials.roleArn",
    /role's ARN/,
  ],
  [
    "a duration in words",
    oneStack("prod", { ...production, credentials: { ...aws, duration: "1 hour" } }),
    "stacks.prod.credentials.duration",
    /1h30m0s/,
  ],
  [
    "an environment with a quote",
    oneStack("prod", { ...production, credentials: { kind: "environment", environment: "a/b'; x" } }),
    "stacks.prod.credentials.environment",
    /project\/environment/,
  ],
  [
    "a variable that Sluice sets",
    oneStack("dev", { kind: "development", environmentVariables: { KUBECONFIG: "x" } }),
    "stacks.dev.environmentVariables.KUBECONFIG",
    /not yours to set/,
  ],
  [
    "a token in plain config",
    oneStack("dev", { kind: "development", environmentVariables: { PULUMI_ACCESS_TOKEN: "x" } }),
    "stacks.dev.environmentVariables.PULUMI_ACCESS_TOKEN",
    /belongs in Pulumi Cloud/,
  ],
  [
    "an approval that nobody can give",
    oneStack("prod", { ...production, approval: { actions: ["update"], approvers: [] } }),
    "stacks.prod.approval.approvers",
    /must have an approver/,
  ],
  [
    "an approval of nothing",
    oneStack("prod", { ...production, approval: { actions: [], approvers: [{ team: "a" }] } }),
    "stacks.prod.approval.actions",
    /update, open or both/,
  ],
  [
    "an approval without an ESC environment",
    oneStack("prod", {
      ...production,
      credentials: aws,
      approval: { actions: ["update"], approvers: [{ team: "a" }] },
    }),
    "stacks.prod.approval",
    /no meaning with credentials of kind aws/,
  ],
  [
    "a schedule that can't be granted",
    oneStack("prod", {
      ...production,
      drift: { cron: "0 5 * * *" },
      approval: { actions: ["open"], approvers: [{ team: "a" }] },
    }),
    "stacks.prod.drift",
    /would always fail/,
  ],
  ["a webhook by http", smallConfig({ webhook: { url: "http://example.com" } }), "webhook.url", /https/],
  [
    "a signed message for Slack",
    smallConfig({ webhook: { url: "https://example.com", format: "slack", secret: "0123456789abcdef" } }),
    "webhook.secret",
    /raw deliveries only/,
  ],
  ["policies of no version", smallConfig({ policies: { pack: "sluice" } }), "policies.version", /such as 1\.0\.0/],
];

describe("the deployments' config", () => {
  for (const [title, config, key, allowed] of cases)
    it(`refuses ${title}`, () => {
      const [problem, ...others] = problemsOf(config);
      assert.deepEqual(others, []);
      assert.equal(problem?.key, key);
      assert.match(problem.allowed, allowed);
    });

  for (const cron of [
    "",
    "5",
    "* * * *",
    "* * * * * *",
    "@daily",
    "60 * * * *",
    "0 24 * * *",
    "0 0 0 * *",
    "0 0 * 13 *",
    "0 0 * * 7",
    "0 0 * * MON",
    "5-1 * * * *",
    "*/0 * * * *",
    "5/15 * * * *",
    "a b c d e",
  ])
    it(`refuses "${cron}" as a cron expression`, () => {
      const [problem] = problemsOf(oneStack("dev", { kind: "development", drift: { cron } }));
      assert.deepEqual([problem?.key, problem?.value], ["stacks.dev.drift.cron", cron]);
      assert.match(problem?.allowed ?? "", /must be a cron expression/);
    });

  for (const cron of ["0 5 * * *", "*/15 * * * *", "0,30 8-18 1-5,15 1,6 1-5", "0-59/10 0 31 12 0"])
    it(`takes "${cron}" as a cron expression`, () => {
      parseDeploymentsConfig(asPulumiPasses(oneStack("dev", { kind: "development", drift: { cron } })));
    });

  it("tells every problem at once, each with key, value and what is allowed", () => {
    const stacks = { dev: { kind: "qa" }, "review-1": { ...review, credentials: aws, ttlHours: 0 } };
    const config = asPulumiPasses(smallConfig({ organization: undefined, stacks }));
    assert.throws(
      () => parseDeploymentsConfig(config),
      (error: Error) => {
        const lines = error.message.split("\n");
        assert.deepEqual(lines, [
          "sluice-deployments:organization is missing: it must be an organization on Pulumi Cloud",
          'sluice-deployments:stacks.dev.kind is "qa": it must be development, production, template or review',
          "sluice-deployments:stacks.review-1.ttlHours is 0: it must be a whole number from 1 to 720 (hours)",
        ]);
        return true;
      },
    );
  });

  it("keeps the webhook's address and key out of messages", () => {
    for (const webhook of [
      "hooks.example.com/T0KEN",
      { url: "hooks.example.com/T0KEN" },
      { url: "https://a.b", secret: "T0KEN" },
    ])
      assert.throws(
        () => parseDeploymentsConfig(asPulumiPasses(smallConfig({ webhook }))),
        (error: Error) => error.message.includes("[secret]") && !error.message.includes("T0KEN"),
      );
  });

  it("refuses a second template", () => {
    const credentials = { kind: "environment", environment: "sluice/dev" };
    const stacks = { pr: { kind: "template", credentials }, other: { kind: "template", credentials } };
    const problems = problemsOf(smallConfig({ stacks }));
    assert.deepEqual(
      problems.map(({ key }) => key),
      ["stacks.other.kind"],
    );
  });

  it("leaves other namespaces' keys alone", () => {
    parseDeploymentsConfig({ ...asPulumiPasses(smallConfig()), "pulumiservice:apiUrl": "https://pulumi.example.com" });
  });
});

describe("Pulumi.example.yaml", () => {
  const file = join(packageFolder, "deployments", "Pulumi.example.yaml");
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };

  it("is a config that is taken, with a stack of each kind", () => {
    const { stacks } = parseDeploymentsConfig(config);
    const kinds = Object.values(stacks).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["development", "production", "template", "review"]);
  });
});
