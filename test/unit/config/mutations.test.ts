import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { readRequests } from "../../../cli/requests";
import { configKeys, parseStackConfig } from "../../../config";
import { identitiesOf } from "../../../workloads/identities";
import { ConfigError } from "../../../config/problems";
import { trafficValues } from "../../../record/traffic-values";
import { readPackConfig } from "../../../engine/policy/pack";
import { stackOfText } from "../../../engine/stack-file";
import { packageFolder } from "../../../package-folder";
import { policies } from "../../../policies/policies";
import { UserError } from "../../../progress/user-error";
import { explainPlan } from "../../../traffic/explain";
import { temporaryFolder } from "../support/folders";
import { fileChanges, treeChanges } from "../support/mutations";
import { asTexts, type RawConfig } from "../support/stacks";

/** How many inputs of each kind are drawn. */
const inputs = Number(process.env["SLUICE_TEST_INPUTS"] ?? 150);

/** Shrinking would take long, and mutations can't be told: a failure names its seed. */
const drawing = { numRuns: inputs, endOnFailure: true };

/** What no message may show. */
const secret = "hunter2";

/** The most that a line may have: what is wrong, where, and what is allowed. */
const mostCharacters = 800;
const mostLines = 25;

const read = (...path: string[]) => readFileSync(join(packageFolder, ...path), "utf8");

const examples = readdirSync(join(packageFolder, "examples"))
  .filter((file) => /^Pulumi\..*\.yaml$/.test(file))
  .map((file) => read("examples", file));

/** What the repository's own stack files leave out. */
const others: readonly RawConfig[] = [
  {
    ...{ "sluice:host": "shop.example.com", "sluice:path": "/shop" },
    "sluice:route": {
      pathType: "Exact",
      more: [{ host: "www.example.com", path: "/a" }],
      tls: [{ secretName: "shop", hosts: ["shop.example.com"] }],
      annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "8m" },
    },
    ...{ "sluice:stable": "v1", "sluice:canary": "v2", "sluice:canaryWeight": 10, "sluice:weightTotal": 1000 },
    ...{ "sluice:headerMatch": { name: "Region", pattern: "^sh" }, "sluice:cookieMatch": "trial" },
    ...{ "sluice:affinity": { mode: "cookie", behavior: "legacy", cookie: "Stay" } },
    "sluice:versions": {
      v1: { image: "nginx:1", env: { PASSWORD: { secure: secret } }, replicas: 2 },
      v2: {
        ...{ image: "nginx:2", autoscaling: { minReplicas: 1, maxReplicas: 3 }, resources: { limits: { cpu: 1 } } },
        ...{ probes: { startup: { httpGet: { path: "/", port: 80 } } }, maxSurge: "25%", minAvailable: 1 },
      },
    },
    "sluice:metallb": { addresses: ["10.1.0.1-10.1.0.9", "10.2.0.0/24"], values: { speaker: { enabled: true } } },
    "sluice:ingressController": {
      ...{ kind: "ingress-nginx", replicas: 2, address: "10.1.0.2", chart: "x", repository: "https://charts.example" },
      ...{ image: { repository: "a/b", tag: "1" }, readsAnnotations: ["a/b"], values: { controller: { a: 1 } } },
    },
    "sluice:migration": { to: "gateway", users: "old", ingressController: { kind: "traefik", className: "t" } },
  },
  {
    ...{ "sluice:host": "shop.example.com", "sluice:router": "istio", "sluice:stable": "v1", "sluice:canary": "v2" },
    ...{ "sluice:clientMatch": ["10.1.0.0/16", "192.168.0.1"], "sluice:mirrorPercent": 5 },
    ...{ "sluice:route": { timeouts: { request: "10s", backend: "2s" }, retries: { attempts: 2, codes: [503] } } },
    "sluice:istio": { selector: { istio: "x" }, versionHeader: "x-version", portName: "http", sidecar: {} },
    "sluice:workloads": {
      web: {
        versions: { v1: { image: "a:1" }, v2: { image: "a:2", env: { A: "{{ service.api }}" } } },
        calls: ["api"],
      },
      api: { versions: { v1: { image: "b:1" }, v2: { image: "b:2" } } },
    },
  },
  {
    ...{ "sluice:strategy": "blueGreen", "sluice:router": "gateway", "sluice:host": "shop.example.com" },
    ...{ "sluice:colors": { blue: "v1", green: "v2" }, "sluice:activeColor": "blue", "sluice:retireIdle": "keep" },
    ...{
      "sluice:route": { previewHost: "preview.example.com" },
      "sluice:gateway": { name: "public", namespace: "infra" },
    },
    "sluice:versions": { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } },
    "sluice:rollout": { iterations: 3 },
  },
  // By the names of the release before.
  {
    ...{ "sluice:host": "shop.example.com", "sluice:pathType": "Exact" },
    ...{ "sluice:tls": [{ secretName: "shop", hosts: ["shop.example.com"] }], "sluice:stable": "v1" },
    ...{ "sluice:ingressAnnotations": { "example.org/a": "b" }, "sluice:route": { more: [{ path: "/a" }] } },
    ...{ "sluice:affinity": "cookie", "sluice:affinityBehavior": "legacy", "sluice:affinityCookie": "Stay" },
    ...{ "sluice:versions": { v1: { image: "nginx:1" } }, "sluice:ingressController": { kind: "existing" } },
  },
];

/** Rollout settings with every part that they can have. */
const rollouts: readonly RawConfig[] = [
  {
    ...{ interval: "10s", stepWeight: 20, maxWeight: 60, threshold: 3, inconclusiveLimit: 5, progressDeadline: "5m" },
    ...{ canaryReplicas: 1, maxReplicas: 3, git: { branch: "releases", push: "origin" } },
    prometheus: { service: { namespace: "m", name: "p", port: 9090 } },
    metrics: [
      { name: "request-success-rate", thresholdRange: { min: 99 }, interval: "1m", source: "prometheus" },
      { name: "queue", query: "up", thresholdRange: { max: 5 } },
      { name: "request-duration", source: "probe", requests: 50, compare: { maxRatio: 1.5, confidence: 0.99 } },
    ],
    webhooks: [{ name: "load", type: "pre-rollout", url: "https://load.example", timeout: "5s", metadata: { a: "b" } }],
    alerts: [{ name: "team", type: "slack", severity: "warn", url: { secure: secret } }],
  },
  {
    steps: [{ headerMatch: { name: "X", value: "y" }, checks: 2 }, { weight: 20, pause: "approval" }, { weight: 100 }],
  },
  { match: { headerMatch: { name: "X", pattern: "^a" }, cookieMatch: "trial" }, iterations: 5 },
  { stepWeights: [5, 20, 100], alerts: [{ name: "dd", type: "webhook", urlVariable: "URL", secretVariable: "S" }] },
  { driver: "flagger", stepWeight: 10, interval: "30s", metrics: [], flagger: { chart: "f", namespace: "flagger" } },
];

const stacks = [...["Pulumi.dev.yaml", "Pulumi.prod.yaml"].map((file) => read(file)), ...examples].map(
  (text) => (parse(text, { merge: true }) as { config: RawConfig }).config,
);

const stackConfigs = [...stacks, ...others];

const changes = fc.array(treeChanges, { minLength: 1, maxLength: 3 });

const asYaml = (config: unknown) => stringify({ config }, { aliasDuplicateObjects: false });

describe("whatever a file has, it is read or refused by a sentence", function () {
  this.timeout(Math.max(120_000, inputs * 200));
  const folder = temporaryFolder();

  it("a stack file", () =>
    fc.assert(
      fc.property(fc.constantFrom(...stackConfigs), changes, fileChanges, (base, mutations, change) => {
        const config = mutations.reduce<unknown>((all, mutation) => mutation(all), base);
        readAsStack(change(asYaml(config)));
      }),
      drawing,
    ));

  it("a stack file's rollout settings", () =>
    fc.assert(
      fc.property(fc.constantFrom(...rollouts), changes, fileChanges, (base, mutations, change) => {
        const rollout = mutations.reduce<unknown>((all, mutation) => mutation(all), base);
        const [stack] = others;
        readAsStack(change(asYaml({ ...stack, "sluice:migration": undefined, "sluice:rollout": rollout })));
      }),
      drawing,
    ));

  it("a file of requests", () =>
    fc.assert(
      fc.asyncProperty(changes, fileChanges, async (mutations, change) => {
        const base = [
          { host: "a.example", path: "/x?y", headers: { Region: "shenzhen" }, cookies: { trial: "always" } },
          { host: "b.example" },
        ];
        const requests = mutations.reduce<unknown>((all, mutation) => mutation(all), base);
        const file = join(folder, "requests.json");
        writeFileSync(file, change(JSON.stringify(requests, undefined, 2) ?? ""));
        const [error] = await readRequests(file).then(
          () => [],
          (reason: unknown) => [reason],
        );
        if (error !== undefined) checkRefusal(error, /requests\.json/);
      }),
      drawing,
    ));

  it("a config of the policies", () => {
    const configs = ["development", "production"].map(
      (one) => JSON.parse(read("policies", "config", `${one}.json`)) as unknown,
    );
    fc.assert(
      fc.property(fc.constantFrom<unknown>(...configs), changes, fileChanges, (base, mutations, change) => {
        const config = mutations.reduce<unknown>((all, mutation) => mutation(all), base);
        const file = join(folder, "policies.json");
        writeFileSync(file, change(JSON.stringify(config, undefined, 2) ?? ""));
        try {
          readPackConfig(file, policies);
        } catch (error) {
          checkRefusal(error, /policies\.json/);
        }
      }),
      drawing,
    );
  });
});

/** Reads a stack as its file has it, and as Pulumi passes it to the program; what is accepted has a plan. */
function readAsStack(text: string): void {
  let config: RawConfig = {};
  try {
    ({ config } = stackOfText(text, join(packageFolder, "Pulumi.any.yaml"), "any"));
  } catch (error) {
    checkRefusal(error, /Pulumi\.any\.yaml|sluice:from/);
  }
  for (const given of [config, asTexts(config)])
    try {
      const { plan, versions, companions } = parseStackConfig(given);
      explainPlan(plan);
      identitiesOf({ versions, companions });
      trafficValues(given);
    } catch (error) {
      checkRefusal(error, /^sluice:/, given);
    }
}

/** A refusal is a sentence of bearable length for each problem, names the key or the file, and shows nothing secret. */
function checkRefusal(error: unknown, names: RegExp, config?: RawConfig): void {
  assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
  const lines = error.message.split("\n");
  for (const line of lines) assert.ok(line.length <= mostCharacters, `${line.length} characters: ${line}`);
  assert.ok(lines.length <= mostLines, `${lines.length} lines: ${error.message.slice(0, 500)}`);
  assert.match(error.message, names);
  assert.ok(!error.message.includes(secret), error.message);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(error.message, /[\x00-\x09\x0b-\x1f\x7f]/);
  if (!(error instanceof ConfigError) || !config) return;
  for (const { key } of error.problems) {
    const [first = ""] = key.split(".");
    const isKnown = configKeys.includes(first) || Object.keys(config).some((one) => one.startsWith(`sluice:${first}`));
    assert.ok(isKnown, `${key} is no key of the stack`);
  }
}
