import assert from "node:assert/strict";
import { explainFailure, isUnknownStack, PulumiError } from "../../../engine/failures";

/** What CLI 3.276 prints to stderr, and what a user should read. */
const cases: readonly (readonly [what: string, stderr: string, words: RegExp])[] = [
  [
    "a locked stack in files",
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///state/.pulumi/locks/organization/sluice/dev/aaaa.json?no_tmp_dir=true: created by ann@ci-7 (pid 4242) at 2026-11-28T20:00:00Z",
    /^the stack dev is locked by ann@ci-7 \(process 4242\) since 2026-11-28T20:00:00Z: .* PULUMI_BACKEND_URL=file:\/\/\/state pulumi cancel --yes --stack dev$/,
  ],
  [
    "a locked stack in Pulumi Cloud",
    "error: [409] Conflict: Another update is currently in progress.",
    /^the stack dev is locked by another update: .* pulumi cancel --yes --stack dev$/,
  ],
  [
    "a wrong passphrase",
    "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
    /^the passphrase of the stack dev is wrong: set PULUMI_CONFIG_PASSPHRASE/,
  ],
  [
    "no passphrase",
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    /^the stack dev has secrets and no passphrase was given: set PULUMI_CONFIG_PASSPHRASE/,
  ],
  [
    "a folder of state that is not there",
    'error: unable to open state directory "file:///nowhere/at/all": stat /nowhere/at/all: no such file or directory',
    /^the state backend file:\/\/\/nowhere\/at\/all can't be read \(no such file or directory\): set PULUMI_BACKEND_URL/,
  ],
  [
    "a backend that does not answer",
    'Logging in using access token from PULUMI_ACCESS_TOKEN\nerror: performing HTTP request: Get "https://127.0.0.1:9/api/user": dial tcp 127.0.0.1:9: connect: connection refused',
    /^the state backend https:\/\/127\.0\.0\.1:9 does not answer \(dial tcp .* connection refused\): check/,
  ],
  [
    "a bucket that does not answer",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Get "https://bucket.test/.pulumi/meta.yaml?x-id=GetObject": dial tcp: lookup bucket.test: no such host',
    /^the state backend can't be read \(operation error S3: .*\): check PULUMI_BACKEND_URL and its credentials$/,
  ],
  [
    "a chart that can't be fetched",
    'error: kubernetes:helm.sh/v4:Chart resource \'metallb\' has a problem: unable to locate the chart: looks like "http://127.0.0.1:9/charts" is not a valid chart repository or cannot be reached: Get "http://127.0.0.1:9/charts/index.yaml": dial tcp 127.0.0.1:9: connect: connection refused',
    /^the chart metallb can't be fetched \(unable to locate the chart: .* connection refused\): check its chart, repository and version/,
  ],
  [
    "a provider plugin of another version, and no network",
    "error: Could not automatically download and install resource plugin 'pulumi-resource-kubernetes' at version v4.32.0, install the plugin using `pulumi plugin install resource kubernetes v4.32.0`: error downloading provider kubernetes to file: failed to download plugin: kubernetes-4.32.0: failed all 5 attempts",
    /^Pulumi's plugin kubernetes v4\.32\.0 is missing and can't be downloaded: run pulumi plugin install resource kubernetes v4\.32\.0$/,
  ],
  [
    "nobody who is logged in",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    /^nobody is logged in to the state backend: set PULUMI_ACCESS_TOKEN/,
  ],
];

describe("a failed run of the CLI", () => {
  for (const [what, stderr, words] of cases)
    it(`says in one line what to do about ${what}`, () => {
      const text = explainFailure({ stdout: "Previewing update (dev):\n", stderr }, "dev", "file:///state");
      assert.match(text, words);
      assert.ok(!text.includes("\n"), text);
    });

  it("is told as it is if its cause is not known", () => {
    const stdout = "Updating (dev):\n\nDiagnostics:\n  kubernetes:core/v1:Pod (a):\n    error: no room";
    assert.equal(
      explainFailure({ stdout, stderr: "error: update failed" }, "dev"),
      "pulumi failed: error: update failed: Diagnostics:\n  kubernetes:core/v1:Pod (a):\n    error: no room",
    );
  });

  it("is told without the diff of what had been done until then", () => {
    const stdout = "Previewing update (dev):\n+ pulumi:pulumi:Stack: (create)\nResources:\n    + 15 to create";
    assert.equal(explainFailure({ stdout, stderr: "error: no luck\n" }, "dev"), "pulumi failed: error: no luck");
    assert.equal(explainFailure({ stdout: "error: no luck", stderr: "" }, "dev"), "pulumi failed: error: no luck");
  });

  it("names the flag that takes fields back from another writer", () => {
    const stdout =
      'The resource managed by field manager "pulumi-kubernetes-1fb5ce8a" had an apply conflict: Apply failed with 1 conflict: ' +
      'conflict with "kubectl-annotate" using v1: .metadata.annotations.a\n\nResources:';
    assert.equal(
      explainFailure({ stdout, stderr: "" }, "dev"),
      "kubectl-annotate has set .metadata.annotations.a, which the stack sets to another value: pass --force-conflicts to overwrite it",
    );
  });

  it("tells a stack that the backend does not have", () => {
    const failure = (stderr: string) => new PulumiError({ stdout: "", stderr }, "dev");
    assert.ok(isUnknownStack(failure("error: no stack named 'dev' found")));
    assert.ok(!isUnknownStack(failure("error: incorrect passphrase")));
  });
});
