import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { namedCluster } from "../../../cluster/named-cluster";
import { temporaryFolder, writeInto } from "../support/folders";
import { withVariables } from "../support/variables";

const token = "MADE-UP-TOKEN-1234";
const contents = `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: u, user: { token: ${token} } }]
contexts: [{ name: ctx, context: { cluster: c, user: u } }]
current-context: ctx
`;

describe("a cluster that is named", () => {
  const folder = temporaryFolder();
  withVariables(() => ({
    HOME: folder,
    XDG_STATE_HOME: join(folder, "state"),
    KUBECONFIG: undefined,
    SLUICE_CLUSTER_PROFILE: undefined,
  }));
  const by = (kubeconfig: unknown) => namedCluster({}, { "kubernetes:kubeconfig": kubeconfig });

  for (const [what, value] of [
    ["YAML", contents],
    ["JSON on one line", JSON.stringify({ clusters: [], "current-context": "ctx", users: [{ user: { token } }] })],
    ["a map", { clusters: [], "current-context": "ctx", users: [{ user: { token } }] }],
  ] as const)
    it(`may be a kubeconfig's contents as ${what}, which nobody else can read and no message has`, () => {
      const choice = by(value);
      const { kubeconfig = "", name } = choice?.cluster() ?? {};
      assert.equal(name, "ctx");
      assert.ok(![choice?.reason, choice?.name, kubeconfig].join().includes(token));
      assert.ok(readFileSync(kubeconfig, "utf8").includes(token));
      assert.equal(statSync(kubeconfig).mode & 0o077, 0);
    });

  it("may be a path below the home folder", () => {
    const file = writeInto(folder, "mine", contents);
    assert.equal(by("~/mine")?.cluster().kubeconfig, file);
  });

  for (const [what, value, words] of [
    ["that is not there", "~/absent", /^kubernetes:kubeconfig is "~\/absent": there is no such file; set it to/],
    ["list", "./one:./two", /^kubernetes:kubeconfig is "\.\/one:\.\/two": it must be one file; .* KUBECONFIG/],
    [
      "that only Pulumi can read",
      "[secret]",
      /^kubernetes:kubeconfig is a secure value, which only Pulumi can read: put/,
    ],
    ["of several lines that is none", `a: ${token}\nb: 1`, /^kubernetes:kubeconfig is neither a path nor a kubeconfig/],
  ] as const)
    it(`is refused by a kubeconfig ${what}, without its contents`, () => {
      assert.throws(
        () => by(value),
        (error: Error) => {
          assert.match(error.message, words);
          return !error.message.includes(token);
        },
      );
    });

  it("is the lab's in a shell that sluice lab env has set up, unless another one is asked for", () => {
    process.env["KUBECONFIG"] = writeInto(folder, "lab", contents);
    assert.equal(namedCluster({}, {}), undefined);
    process.env["SLUICE_CLUSTER_PROFILE"] = writeInto(folder, "profile.yaml", "name: ctx\n");
    assert.equal(namedCluster({}, {})?.name, "ctx");
    assert.equal(namedCluster({ labName: "other" }, {}), undefined);
    assert.equal(namedCluster({ cluster: "lab" }, {}), undefined);
  });
});
