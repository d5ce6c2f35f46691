import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { packageFolder } from "../../package-folder";
import { temporaryFolder } from "../unit/support/folders";
import { installPackage } from "./support/install-package";

/** The files of a first project, by name, as docs/install.md shows them. */
function filesOfPage(): Map<string, string> {
  const page = readFileSync(join(packageFolder, "docs", "install.md"), "utf8");
  return new Map(
    [...page.matchAll(/^```\w+\n(?:#|\/\/) (\S+\.(?:yaml|cjs))\n([^]*?)^```$/gm)].map(([, name = "", text = ""]) => [
      name,
      text,
    ]),
  );
}

/** Runs the compiled program as Pulumi does, with a stand-in for the engine, and says what it makes. */
const withMocks = `
const pulumi = require("@pulumi/pulumi");
const made = [];
let outputs;
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => (made.push(type + " " + name), { id: name, state: inputs }),
  call: ({ inputs }) => inputs,
}, "shop", "dev");
pulumi.runtime.setAllConfig({ "shop:domain": "example.com", "shop:token": "hush" }, ["shop:token"]);
pulumi.output(require("./shop.js")).apply((known) => (outputs = known));
process.on("exit", () => console.log(JSON.stringify({ made, outputs })));
`;

describe("the npm package, in a folder that has docs/install.md's files alone", function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const env = { NO_COLOR: "1", FORCE_COLOR: "0" };
  const inFolder = { cwd: folder, env, reject: false } as const;
  const sluice = (...args: string[]) => execa("npx", ["sluice", ...args], inFolder);
  const succeeds = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await sluice(...args);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  /** Checks a program against the package's declarations, and makes JavaScript of it. */
  const compile = async (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    const options = ["--strict", "--skipLibCheck", "--module", "nodenext", "--typeRoots", "none"];
    const tsc = [require.resolve("typescript/bin/tsc"), ...options, name];
    const checked = await execa("node", tsc, inFolder);
    assert.equal(checked.exitCode, 0, checked.stdout);
  };
  let packed: readonly string[] = [];

  before(async () => {
    packed = await installPackage(folder);
    for (const [name, text] of filesOfPage()) writeFileSync(join(folder, name), text);
  });

  it("has what was compiled, its types and the documentation", () => {
    const odd = packed.filter(
      (path) => !/^(package\.json|[A-Z]+(\.md)?|cli\/sluice\.js|dist\/.*|docs\/.*)$/.test(path),
    );
    assert.deepEqual(odd, []);
    const sources = packed.filter((path) => /\.[cm]?ts$/.test(path));
    assert.ok(sources.includes("dist/types/package/index.d.ts"));
    for (const path of sources) assert.match(path, /^dist\/types\/.*\.d\.ts$/);
  });

  it("brings no compiler along", () => assert.ok(!existsSync(join(folder, "node_modules", "@swc", "core"))));

  it("helps, and explains a key", async () => {
    assert.match(await succeeds("--help"), /^ {2}explain .*^ {2}abort /ms);
    assert.match(await succeeds("config", "explain", "canaryWeight"), /^canaryWeight: Percent of the requests/);
  });

  it("explains the folder's own stack, and says which there are", async () => {
    assert.equal(await succeeds("explain", "--stack", "shop"), "http://shop.example.com/: 90% v1, 10% v2");
    assert.match((await sluice("explain")).stderr, /stacks of this project: shop \(SLUICE1102\)$/);
  });

  it("renders it", async () => {
    await succeeds("render", "--stack", "shop", "--out", "rendered");
    assert.ok(existsSync(join(folder, "rendered", "002-deployment-default-app-v1.yaml")));
  });

  it("checks its policies", async () =>
    assert.match(await succeeds("policy", "--stack", "shop"), /Policies: 0 refuse, 0 advise/));

  it("writes the files of another stack, which it explains", async () => {
    mkdirSync(join(folder, "other"));
    await succeeds("init", "--yes", "--pulumi", "--cwd", "other");
    assert.match(await succeeds("explain", "--cwd", "other"), /^http:\/\/other\.example\.com\/: 100% v1 /);
    const place = join("other", "sluice.cjs");
    const { stdout } = await execa("node", ["-p", `typeof require("./${place}")`], inFolder);
    assert.equal(stdout, "function");
  });

  it("says of the lab which package has it", async () => {
    for (const args of [
      ["lab", "up", "--name", "sluice-other"],
      ["start", "--stack", "shop", "--cluster", "lab"],
    ]) {
      const { exitCode, stderr } = await sluice(...args);
      assert.equal(exitCode, 1);
      assert.match(stderr, /^sluice: .*npm install --save-dev sluice-lab adds it \(SLUICE1302\)$/);
    }
  });

  it("has the lab once that package is there, of the same version", async () => {
    const files = await installPackage(folder, "sluice-lab");
    assert.ok(files.includes("dist/kubernetes/go.mod"));
    const { exitCode, stdout } = await sluice("lab", "status", "--name", "sluice-other");
    assert.deepEqual([exitCode, stdout], [1, "sluice-other is stopped. Start it with: sluice lab up"]);
    const { stderr } = await sluice("lab", "logs", "kubelet", "--name", "sluice-other");
    assert.match(stderr, /the lab is not up\. \(SLUICE1303\)$/);
    const versionOf = (name: string) =>
      (JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as { version: string })
        .version;
    assert.equal(versionOf("sluice-lab"), versionOf("sluice"));
  });

  it("has a policy pack that Pulumi can start", async () => {
    const start = join("node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
    // An engine's address, at which nobody is asked before there is a request.
    const args = [join(folder, start), "127.0.0.1:1", "."];
    const pack = execa("node", args, { ...inFolder, cwd: join(folder, "node_modules", "sluice", "dist", "policies") });
    const [port] = (await once(pack.stdout, "data")) as [Buffer];
    pack.kill();
    assert.match(port.toString(), /^\d+\n$/);
  });

  it("exports the program with its type", async () => {
    const { stdout } = await execa("node", ["-p", `typeof require("./sluice.cjs")`], inFolder);
    assert.equal(stdout, "function");
    await compile("program.ts", `import { program } from "sluice";\nexport = program;\n`);
  });

  it("has components for a program of one's own, which docs/components.md shows", async () => {
    const page = readFileSync(join(packageFolder, "docs", "components.md"), "utf8");
    const [program = "", withTransform = ""] = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code);
    await compile("shop.ts", program);
    await compile(
      "transform.ts",
      `import { Release, type ReleaseArgs } from "sluice";\ndeclare const args: ReleaseArgs;\n${withTransform}`,
    );
    writeFileSync(join(folder, "run.js"), withMocks);
    const { stdout } = await execa("node", ["run.js"], { ...inFolder, reject: true });
    const { made, outputs } = JSON.parse(stdout) as { made: string[]; outputs: unknown };
    assert.deepEqual(outputs, {
      url: "http://shop.example.com/",
      traffic: ["http://shop.example.com/: 90% v1, 10% v2", "header Region ~ shenzhen → v2"],
    });
    for (const name of ["kubernetes:helm.sh/v4:Chart metallb", "kubernetes:networking.k8s.io/v1:Ingress shop-canary"])
      assert.ok(made.includes(name), made.join("\n"));
    assert.deepEqual(
      page
        .match(/^```text\n([^]*?)^```$/m)?.[1]
        ?.trim()
        .split("\n"),
      (outputs as { traffic: string[] }).traffic,
    );
  });
});
