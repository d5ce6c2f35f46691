import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packageFolder } from "../../../package-folder";
import { workflows } from "../deployments/workflow-files";
import { sluice } from "../support/command-line";
import { temporaryFolder, writeInto } from "../support/folders";
import { hasTerminal, sluiceInTerminal } from "../support/terminal";

/** An empty repository of a team's. */
function repository(name: string): string {
  const folder = join(temporaryFolder(), name);
  before(() => mkdirSync(join(folder, ".git"), { recursive: true }));
  return folder;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

describe("sluice init --yes", function () {
  this.timeout(60_000);

  describe("in an empty repository", () => {
    const folder = repository("Web_Shop");
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    let told = "";

    before(() => {
      const { status, stdout, stderr } = sluice("init", "--yes", "--cwd", folder);
      assert.equal(status, 0, stderr);
      told = stdout;
    });

    it("writes a project, a stack and a workflow, and says so", () => {
      const files = [".github/workflows/sluice.yaml", "Pulumi.dev.yaml", "Pulumi.yaml"];
      assert.deepEqual(filesIn(folder), files);
      for (const file of files) assert.match(told, new RegExp(`^wrote ${file}$`, "m"));
      assert.equal(read("Pulumi.yaml"), "name: web-shop\nruntime: nodejs\n");
    });

    it("writes a stack in about ten lines, the first one for editors", () => {
      const [first, , ...rest] = read("Pulumi.dev.yaml").split("\n");
      assert.equal(first, "# yaml-language-server: $schema=node_modules/sluice/dist/sluice.schema.json");
      assert.deepEqual(rest, [
        "config:",
        "  sluice:host: web-shop.example.com",
        "  sluice:workload: web-shop",
        "  sluice:ingressController: { kind: existing }",
        "  sluice:stable: v1",
        "  sluice:versions:",
        "    v1: { image: registry.example/web-shop:1.0, port: 8080 }",
        "",
      ]);
    });

    it("says what comes next, and names sluice adopt", () => {
      assert.match(told, /^Next:\n {2}npm install sluice\n {2}npx sluice explain --stack dev$/m);
      assert.match(told, /^Replace the placeholder image in Pulumi\.dev\.yaml with yours, and check the host\.$/m);
      assert.match(told, /npx sluice adopt KIND\/NAME/);
    });

    it("writes what sluice explain and sluice policy take", () => {
      const traffic = sluice("explain", "--cwd", folder);
      assert.deepEqual([traffic.status, traffic.stdout], [0, "http://web-shop.example.com/: 100% v1 (no canary)\n"]);
      const checked = sluice("policy", "--cwd", folder);
      assert.equal(checked.status, 0, checked.stdout + checked.stderr);
      assert.match(checked.stdout, /0 refuse/);
    });

    it("takes the canary that the stack's comment speaks of", () => {
      const [, hint = ""] = read("Pulumi.dev.yaml").split("\n");
      const [, canary = "", weight = ""] = /(sluice:canary: v2) and (sluice:canaryWeight: 10)/.exec(hint) ?? [];
      const v2 = "    v2: { image: registry.example/web-shop:1.1, port: 8080 }";
      const file = writeInto(folder, "canary.yaml", `${read("Pulumi.dev.yaml")}${v2}\n  ${canary}\n  ${weight}\n`);
      assert.match(sluice("explain", "--config", file).stdout, /90% v1, 10% v2/);
    });
  });

  describe("in a folder of a repository that has a package and a Dockerfile", () => {
    const root = repository("any");
    const folder = join(root, "deploy");
    before(() => {
      mkdirSync(join(root, "node_modules", "sluice", "dist"), { recursive: true });
      writeInto(join(root, "node_modules", "sluice", "dist"), "sluice.schema.json", "{}");
      mkdirSync(folder);
      writeInto(root, "package.json", '{ "name": "@acme/cart", "type": "module" }');
      writeInto(root, "pnpm-lock.yaml", "");
      writeInto(root, "Dockerfile", "FROM scratch\nEXPOSE 3000\n");
    });

    it("sees what is there, and asks for nothing that it was told", () => {
      const told = ["--stack", "prod", "--host", "cart.acme.test", "--controller", "traefik", "--pulumi"];
      const { status, stdout, stderr } = sluice("init", "--yes", "--cwd", folder, ...told);
      assert.equal(status, 0, stderr);
      assert.deepEqual(filesIn(folder), ["Pulumi.prod.yaml", "Pulumi.yaml", "sluice.mjs"]);
      const stack = readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8");
      assert.match(stack, /^# .*=\.\.\/node_modules\/sluice\/dist\/sluice\.schema\.json\n/);
      assert.match(stack, /host: cart\.acme\.test\n {2}sluice:workload: cart\n.*\{ kind: traefik \}/);
      assert.match(stack, /port: 3000/);
      assert.match(readFileSync(join(folder, "Pulumi.yaml"), "utf8"), /^main: sluice\.mjs$/m);
      const workflow = readFileSync(join(root, ".github", "workflows", "sluice-deploy.yaml"), "utf8");
      const { defaults } = parse(workflow) as { defaults: { run: object } };
      assert.deepEqual(defaults.run, { shell: "bash", "working-directory": "deploy" });
      assert.match(stdout, /this repository has pnpm-lock\.yaml: change that line/);
      assert.doesNotMatch(stdout, /npm install sluice/);
    });
  });

  describe("if something is there already", () => {
    const folder = repository("shop");
    before(() => {
      writeInto(folder, "Pulumi.yaml", "name: theirs\nruntime: yaml\n");
      writeInto(folder, "Pulumi.dev.yaml", "config: { sluice:host: theirs.test }\n");
      symlinkSync("nowhere", join(folder, "sluice.cjs"));
    });

    it("keeps it, and says what to do", () => {
      const { status, stdout, stderr } = sluice("init", "--yes", "--pulumi", "--cwd", folder);
      assert.equal(status, 0, stderr);
      for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "sluice.cjs"])
        assert.match(stdout, new RegExp(`^kept ${file}, because it exists: .*move it away`, "m"));
      assert.match(stdout, /^wrote \.github\/workflows\/sluice\.yaml$/m);
      assert.match(stdout, /add this line to your Pulumi\.yaml: main: sluice\.cjs/);
      assert.equal(readFileSync(join(folder, "Pulumi.yaml"), "utf8"), "name: theirs\nruntime: yaml\n");
      assert.match(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), /theirs\.test/);
      assert.ok(!existsSync(join(folder, "nowhere")));
    });

    it("tells a program which files it wrote and which it kept", () => {
      const { stdout } = sluice("init", "--yes", "--json", "--stack", "new", "--cwd", folder);
      assert.deepEqual(JSON.parse(stdout), {
        written: ["Pulumi.new.yaml"],
        kept: ["Pulumi.yaml", ".github/workflows/sluice.yaml"],
      });
    });

    it("refuses an answer for a stack that has its file", () => {
      const { status, stderr } = sluice("init", "--yes", "--host", "other.test", "--cwd", folder);
      assert.equal(status, 1);
      assert.match(stderr, /Pulumi\.dev\.yaml exists already, so --host can't be written: edit the file/);
    });
  });

  describe("if it can't go through", () => {
    const folder = repository("shop");
    before(() => void writeInto(folder, ".github", "a file where a folder is needed"));
    const demandNothing = () => assert.deepEqual(filesIn(folder), [".github"]);

    it("leaves none of the files behind", () => {
      const { status, stderr } = sluice("init", "--yes", "--cwd", folder);
      assert.equal(status, 1);
      assert.match(stderr, /^sluice: can't write .*sluice\.yaml, so nothing was written: /);
      demandNothing();
    });

    it("ends with 2 for a value that no stack can have", () => {
      const { status, stderr } = sluice("init", "--yes", "--port", "80x", "--cwd", folder);
      assert.equal(status, 2);
      assert.match(stderr, /sluice:versions\.v1\.port is "80x": it must be a whole number from 1 to 65535/);
      assert.equal(sluice("init", "--yes", "--stack", "../dev", "--cwd", folder).status, 2);
      demandNothing();
    });

    it("asks nobody if there is no terminal", () => {
      const { status, stderr } = sluice("init", "--no-workflow", "--cwd", folder);
      assert.equal(status, 1);
      assert.match(stderr, /Which host do users ask for\? Not a terminal: pass --yes/);
      demandNothing();
    });
  });
});

describe("sluice init at a terminal", function () {
  this.timeout(60_000);
  const folder = repository("shop");
  before(function () {
    if (!hasTerminal) this.skip();
  });
  const start = () => sluiceInTerminal({}, "init", "--cwd", folder);

  for (const [title, keys] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const)
    it(`writes nothing if it is ended by ${title} at the second question`, async () => {
      const run = await start();
      await run.until(/Which host do users ask for\? \(shop\.example\.com\)/);
      run.type("shop.test\r");
      await run.until(/Which image runs now\?/);
      run.type(keys);
      assert.equal(await run.status, 130);
      assert.deepEqual(filesIn(folder), []);
    });

  it("asks once more after an answer that can't be used, and takes defaults", async () => {
    const run = await start();
    await run.until(/Which host/);
    run.type("Shop.test\r");
    await run.until(/must be a DNS name in lower case[^]*Which host/);
    run.type("shop.test\r");
    await run.until(/Which image/);
    run.type("\r");
    await run.until(/Which port .*\(8080\)/);
    run.type("9090\r");
    await run.until(/Which ingress controller/);
    run.type("\r");
    await run.until(/Will you run plain pulumi, too\? \[y\/N\]/);
    run.type("y\r");
    assert.equal(await run.status, 0, run.shown());
    assert.match(sluice("explain", "--cwd", folder).stdout, /^http:\/\/shop\.test\/: 100% v1 /m);
    assert.match(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), /port: 9090/);
    assert.ok(existsSync(join(folder, "sluice.cjs")));
  });
});

describe("the workflow that sluice init writes", function () {
  this.timeout(60_000);
  const text = readFileSync(join(packageFolder, "cli", "init", "workflow.yaml"), "utf8");
  const { jobs, permissions } = parse(text) as {
    jobs: { check: { steps: { name?: string; run?: string }[] } };
    permissions: object;
  };
  const folder = temporaryFolder();
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    assert.equal(spawnSync("git", [...identity, ...args], { cwd: folder }).status, 0, args.join(" "));
  };
  /** Runs a step as the runner does, with this checkout as the installed package. */
  const runStep = (name: string) => {
    const { run = "" } = jobs.check.steps.find((step) => step.name?.startsWith(name)) ?? {};
    const variables = { RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: join(folder, "summary.md"), NO_COLOR: "1" };
    return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...variables, PATH: `${join(folder, "bin")}:${process.env["PATH"]}` },
    });
  };

  before(() => {
    mkdirSync(join(folder, "bin"));
    const command = `shift 2; exec '${process.execPath}' '${join(packageFolder, "cli", "sluice.js")}' "$@"`;
    writeInto(join(folder, "bin"), "npx", `#!/bin/sh\n[ "$1 $2" = "--no sluice" ] || exit 9\n${command}\n`);
    chmodSync(join(folder, "bin", "npx"), 0o755);
    assert.equal(sluice("init", "--yes", "--cwd", folder).status, 0);
    writeInto(folder, "Pulumi.other.yaml", "config: { aws:region: eu-west-1 }\n");
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "base");
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/sluice:host: .*/, "sluice:host: new.example.com"));
    git("commit", "--quiet", "--all", "--message", "change");
  });

  it("has the actions of Sluice's own workflows, at the same commits, and may only read", () => {
    const usesOf = (one: string) => [...one.matchAll(/uses: (\S+@.*)$/gm)].map(([, action]) => action);
    const own = workflows().flatMap((one) => usesOf(one.text));
    const setup = readFileSync(join(packageFolder, ".github", "actions", "setup", "action.yaml"), "utf8");
    assert.equal(usesOf(text).length, 2);
    for (const action of usesOf(text)) assert.ok([...own, ...usesOf(setup)].includes(action), action);
    assert.deepEqual(permissions, { contents: "read" });
  });

  it("explains what a pull request changes, and leaves stacks of others alone", () => {
    const { status, stdout, stderr } = runStep("Explain");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^- .*\.example\.com\/: 100% v1 .*\n\+ http:\/\/new\.example\.com\/: 100% v1 /m);
    assert.doesNotMatch(stdout, /other/);
    assert.equal(readFileSync(join(folder, "summary.md"), "utf8"), stdout);
  });

  it("checks the policies, and fails if a stack can't be used", () => {
    const good = runStep("Check");
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /^### Policies of Pulumi\.dev\.yaml$/m);
    writeInto(folder, "Pulumi.bad.yaml", "config: { sluice:host: 5 }\n");
    assert.notEqual(runStep("Check").status, 0);
    assert.notEqual(runStep("Explain").status, 0);
  });
});
