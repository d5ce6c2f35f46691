import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { trafficValues } from "../../../record/traffic-values";
import { withTrafficValues } from "../../../cli/traffic-text";
import { withoutCanary } from "../../../cli/shift-changes";
import { parseStackConfig } from "../../../config";
import { stackOfText } from "../../../engine/stack-file";
import { sluice } from "../support/command-line";
import { temporaryFolder, writeInto } from "../support/folders";

const old = `config:
  sluice:host: www.test.com
  # The certificate.
  sluice:tls: [{ secretName: "www", hosts: [www.test.com] }]
  sluice:stable: v1
  sluice:canary: v2
  sluice:canaryWeight: 10
  sluice:affinity: cookie # stay
  sluice:affinityBehavior: legacy
  sluice:versions:
    v1: { image: "nginx:1" }
    v2: { image: "nginx:2" }
  sluice:ingressController: { kind: existing }
`;
const current = old
  .replace("  # The certificate.\n  sluice:tls:", "  sluice:route:\n    # The certificate.\n    tls:")
  .replace(/ {2}sluice:affinity: (.*)\n {2}sluice:affinityBehavior/, "  sluice:affinity:\n    mode: $1\n    behavior");

describe("sluice config migrate", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const written = (text: string) => writeInto(folder, "Pulumi.dev.yaml", text);

  it("renames the keys of a file, and does nothing the second time", () => {
    const file = written(old);
    const { status, stdout } = sluice("config", "migrate", "--config", file);
    assert.equal(status, 0);
    assert.match(stdout, /^sluice:tls → sluice:route\.tls\nsluice:affinity → sluice:affinity\.mode\n/);
    assert.equal(readFileSync(file, "utf8"), current);
    const { mtimeMs } = statSync(file);
    assert.match(sluice("config", "migrate", "--config", file).stdout, /has no old names: nothing to do/);
    assert.equal(statSync(file).mtimeMs, mtimeMs);
  });

  it("shows the change for a commit and writes nothing", () => {
    const file = written(old);
    const { status, stdout } = sluice("config", "migrate", "--config", file, "--diff");
    assert.equal(status, 0);
    assert.match(stdout, /^- {2}sluice:affinityBehavior: legacy\n/m);
    assert.match(stdout, /^\+ {4}behavior: legacy$/m);
    assert.equal(readFileSync(file, "utf8"), old);
  });

  it("answers with JSON", () => {
    const { stdout } = sluice("config", "migrate", "--config", written(old), "--json");
    const { renamed } = JSON.parse(stdout) as { renamed: readonly { from: string; to: string }[] };
    assert.deepEqual(renamed[0], { from: "tls", to: "route.tls" });
  });

  it("refuses a file that has a key by both names, and changes nothing", () => {
    const text = `${old}  sluice:route: { tls: [] }\n`;
    const file = written(text);
    const { status, stderr } = sluice("config", "migrate", "--config", file);
    assert.equal(status, 2);
    assert.match(stderr, /sluice:tls is .*: it must not stand beside sluice:route\.tls, which is its new name/);
    assert.equal(readFileSync(file, "utf8"), text);
  });

  it("is named by a warning of the commands that read old names", () => {
    const file = written(old);
    const warning = /sluice:tls is now sluice:route\.tls, .*: sluice config migrate renames it/;
    assert.match(sluice("explain", "--config", file).stderr, warning);
    const { warnings } = JSON.parse(sluice("explain", "--config", file, "--json").stdout) as { warnings: string[] };
    assert.equal(warnings.filter((line) => warning.test(line)).length, 1);
    written(current);
    assert.equal(sluice("explain", "--config", file).stderr, "");
  });

  it("is named by sluice config explain", () => {
    const { status, stderr } = sluice("config", "explain", "previewHost");
    assert.equal(status, 2);
    assert.match(stderr, /previewHost is now route\.previewHost/);
  });
});

describe("a traffic change in a file with old names", () => {
  const configOf = (text: string) => stackOfText(text, "Pulumi.dev.yaml", "dev").config;

  it("renames what it touches and nothing else", () => {
    const promoted = withTrafficValues(old, { stable: "v2", ...withoutCanary });
    assert.deepEqual(parseStackConfig(configOf(promoted)).renamed, [{ from: "tls", to: "route.tls" }]);
    assert.match(promoted, / {2}sluice:affinity:\n {4}mode: cookie # stay\n {2}sluice:versions/);
    assert.equal(withTrafficValues(old, { canaryWeight: 20 }), old.replace("canaryWeight: 10", "canaryWeight: 20"));
  });

  it("has affinity as it was, for an undo", () => {
    const { affinity } = trafficValues(configOf(old));
    const without = old.replace(/ {2}sluice:affinity.*\n/g, "");
    const undone = withTrafficValues(without, { affinity });
    assert.deepEqual(trafficValues(configOf(undone)), trafficValues(configOf(current)));
    const removed = withTrafficValues(old, { affinity: null });
    assert.deepEqual(trafficValues(configOf(removed)), trafficValues(configOf(without)));
  });
});
