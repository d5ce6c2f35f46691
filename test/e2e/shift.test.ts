import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Preview } from "../../engine/engine";
import { packageFolder } from "../../package-folder";
import type { PlanVerdict } from "../../traffic/verdict";
import { kubectl, sluice, sluiceJson, whyNoLab } from "./support/lab";
import { host, namespace, onPlatform, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, set, testStack, writeStack } from "./support/stack";

const minutes = 60_000;

interface Watched {
  readonly rules: readonly { readonly planned: Record<string, number> }[];
  readonly asPlanned: boolean;
}

interface Shifted {
  readonly preview: Preview;
  readonly verdict: PlanVerdict;
}

describe(`shift and undo on the lab`, function () {
  this.timeout(5 * minutes);

  const session = sessionOptions();
  const shift = (...wish: string[]) => sluiceJson<Shifted>("shift", ...wish, "--yes", ...session);
  const undo = () => sluiceJson<Shifted>("undo", "--yes", ...session);
  const text = () => readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8");
  const comments = () => text().match(/#.*$/gm);

  before(async function () {
    await usePlatform(this, whyNoLab());
    writeStack(onPlatform);
    await sluiceJson("up", "--yes", ...session);
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("moves the weight, keeps the file's comments, and says before and after in words", async () => {
    const before = comments();
    const { preview, verdict } = await shift("--weight", "30");
    assert.deepEqual(preview.trafficBefore, [`http://${host}/: 90% v1, 10% v2`]);
    assert.deepEqual(preview.trafficAfter, [`http://${host}/: 70% v1, 30% v2`]);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    assert.match(text(), /^ {2}sluice:canaryWeight: 30$/m);
    assert.deepEqual(comments(), before);
  });

  it("adds a header and a cookie rule, each measured by requests of its own", async () => {
    const { verdict } = await shift("--header", "Region=~shenzhen", "--cookie", "user_from_shenzhen");
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    assert.deepEqual(
      verdict.rules.map(({ rule, versions }) => [rule, versions.map(({ version, count }) => [version, count])]),
      [
        ["header Region ~ shenzhen", [["v2", 20]]],
        ["cookie user_from_shenzhen = always", [["v2", 20]]],
        ["cookie user_from_shenzhen = never", [["v1", 20]]],
      ],
    );
  });

  it("watch tells the same rule by rule, and ends by Ctrl-C with status 0", async () => {
    const once = ["watch", "--once", "--window", "5", "--rate", "60"];
    const { rules, asPlanned } = await sluiceJson<Watched>(...once, ...session);
    assert.ok(asPlanned, JSON.stringify(rules));
    assert.deepEqual(
      rules.map(({ planned }) => planned),
      [{ v1: 0.7, v2: 0.3 }, { v2: 1 }, { v2: 1 }, { v1: 1 }],
    );
    const watching = execa("node", ["cli/sluice.js", "watch", "--json", ...session], {
      cwd: packageFolder,
      reject: false,
    });
    watching.stdout.once("data", () => watching.kill("SIGINT"));
    const { exitCode, stdout, stderr } = await watching;
    assert.equal(exitCode, 0, stderr);
    assert.equal((JSON.parse(stdout.split("\n")[0] ?? "") as Watched).rules.length, 4);
  });

  it("refuses what the stack can't be, and leaves the file as it was", async () => {
    const before = text();
    const { exitCode, stderr } = await sluice("shift", "--weight", "101", "--yes", ...session);
    assert.equal(exitCode, 2);
    assert.match(stderr, /sluice:canaryWeight is 101: it must be a whole number from 0 to 100/);
    const color = await sluice("shift", "--active", "green", "--yes", ...session);
    assert.equal(color.exitCode, 2);
    assert.match(color.stderr, /sluice:activeColor is "green": it has no meaning under strategy canary/);
    const unasked = await sluice("shift", "--weight", "31", ...session);
    assert.equal(unasked.exitCode, 1);
    assert.match(unasked.stderr, /Not a terminal: pass --yes/);
    const image = await sluice("rollout", "--to", "v2", "--image", "registry.example.com/shop:9.1.0", ...session);
    assert.equal(image.exitCode, 1);
    assert.match(image.stderr, /Roll v2 out on .*Not a terminal: pass --yes/);
    assert.equal(text(), before);
  });

  it("undo goes back to the plan before, and a second undo takes that back", async () => {
    const rules = text();
    const { preview } = await undo();
    assert.deepEqual(preview.trafficAfter, [`http://${host}/: 70% v1, 30% v2`]);
    assert.doesNotMatch(text(), /headerMatch|cookieMatch/);
    await undo();
    assert.equal(text(), rules);
  });

  it("undo takes back what `sluice up` did, too", async () => {
    await shift("--clear-rules");
    writeStack([...onPlatform, set("canaryWeight", 90)]);
    await sluiceJson("up", "--yes", ...session);
    const { verdict } = await undo();
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    assert.match(text(), /^ {2}sluice:canaryWeight: 30$/m);
  });

  it("promotes the canary, and undo brings the trial back", async () => {
    const promoted = await shift("--promote");
    assert.deepEqual(promoted.preview.trafficAfter, [`http://${host}/: 100% v2 (no canary)`]);
    assert.ok(promoted.verdict.asPlanned, JSON.stringify(promoted.verdict));
    assert.equal(await kubectl("get", "ingress", "-n", namespace, "-o", "name"), "ingress.networking.k8s.io/nginx");
    const { verdict } = await undo();
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
  });

  it("refuses a rule that another Ingress has, and a Service that another Ingress leads to", async () => {
    const rule = (host: string, service: string) => [
      `--rule=${host}/*=${service}:80`,
      "--class=nginx",
      "-n",
      namespace,
    ];
    await kubectl("create", "ingress", "stranger", ...rule(host, "other"));
    const doubled = await sluice("preview", ...session);
    assert.equal(doubled.exitCode, 2, doubled.stdout);
    assert.match(doubled.stderr, new RegExp(`sluice:host is "${host}": .*Ingress ${namespace}/stranger has / already`));
    await kubectl("delete", "ingress", "stranger", "-n", namespace);
    await kubectl("create", "ingress", "stranger", ...rule("other.test.com", "nginx"));
    const shared = await sluice("preview", ...session);
    assert.equal(shared.exitCode, 2, shared.stdout);
    assert.match(
      shared.stderr,
      new RegExp(`sluice:workload is "nginx": .*Ingress ${namespace}/stranger routes to nginx as well`),
    );
    await kubectl("delete", "ingress", "stranger", "-n", namespace);
    assert.equal((await sluice("preview", ...session)).exitCode, 0);
  });

  it("refuses a node port that another Service has, and a host without its certificate is warned of", async () => {
    await kubectl("create", "service", "nodeport", "stranger", "--tcp=80", "--node-port=30080", "-n", namespace);
    writeStack(
      [set("namespace", namespace), set("service/nodePort", 30080), set("colors", { blue: "v1", green: "v2" })],
      "examples/Pulumi.blue-green.yaml",
    );
    const { exitCode, stderr } = await sluice("preview", ...session);
    assert.equal(exitCode, 2);
    assert.match(stderr, new RegExp(`sluice:service.nodePort is 30080: .*Service ${namespace}/stranger has it`));
    await kubectl("delete", "service", "stranger", "-n", namespace);
    writeStack([...onPlatform, set("route/tls", [{ secretName: "www", hosts: [host] }])]);
    const { warnings } = await sluiceJson<Preview>("preview", ...session);
    assert.deepEqual(warnings, [
      `Secret ${namespace}/www does not exist: until it does, the controller serves its own certificate`,
    ]);
  });
});
