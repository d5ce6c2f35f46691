import assert from "node:assert/strict";
import { join } from "node:path";
import { compositeActions, workflows, type Job, type Workflow } from "./workflow-files";

const all = workflows();
const actions = compositeActions();
const workflow = (name: string): Workflow =>
  all.find((one) => one.name === join("workflows", name)) ?? assert.fail(name);
const job = (file: string, name: string): Job => workflow(file).jobs[name] ?? assert.fail(`${file} ${name}`);

/** What a job may do besides reading: comments, and what a release is made of. */
const mayWrite: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  "preview.yaml": { comment: { "pull-requests": "write" } },
  "release.yaml": {
    publish: { contents: "read", "id-token": "write" },
    release: { contents: "write" },
  },
};

/** Scripts, of a shell or of JavaScript, by the file that they stand in. */
const scripts = [...all, ...actions].flatMap(({ name, steps }) =>
  steps.flatMap(({ run: shell, with: inputs }) =>
    [shell, inputs?.["script"]].flatMap((script) => (typeof script === "string" ? [[name, script] as const] : [])),
  ),
);

describe("the workflows", () => {
  it("are there, each with its steps", () => {
    const names = all.map(({ name }) => name).sort();
    assert.deepEqual(
      names,
      ["checks", "deploy", "preview", "release", "review"].map((name) => join("workflows", `${name}.yaml`)),
    );
    assert.ok(scripts.length >= 15, `only ${scripts.length} scripts`);
  });

  for (const { name, text } of [...all, ...actions])
    it(`${name} pins every action by its commit, with the version beside it`, () => {
      const uses = [...text.matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, value = ""]) => value);
      assert.ok(uses.length > 0);
      for (const value of uses)
        if (!value.startsWith("./")) assert.match(value, /^[-\w]+\/[-\w/]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

  it("take the same commit of an action everywhere", () => {
    const pins = new Map<string, Set<string>>();
    for (const { steps } of [...all, ...actions])
      for (const { uses } of steps) {
        const [action = "", commit] = uses?.split("@") ?? [];
        if (commit) pins.set(action, (pins.get(action) ?? new Set()).add(commit));
      }
    assert.ok(pins.size >= 5);
    for (const [action, commits] of pins) assert.equal(commits.size, 1, action);
  });

  for (const { name, on, permissions, defaults, jobs } of all) {
    it(`${name} says at its top that it may only read`, () => {
      assert.deepEqual(permissions, { contents: "read" });
    });

    it(`${name} gives a job no more than it needs`, () => {
      const given = Object.entries(jobs).flatMap(([job, { permissions }]) => (permissions ? [[job, permissions]] : []));
      assert.deepEqual(Object.fromEntries(given), mayWrite[name.replace(/^.*\//, "")] ?? {});
    });

    it(`${name} runs no pull request's code with the base's rights`, () => {
      for (const trigger of ["pull_request_target", "workflow_run", "issue_comment"])
        assert.ok(!(trigger in on), trigger);
    });

    it(`${name} fails where any command of a pipe does`, () => {
      assert.equal(defaults?.run?.shell, "bash");
    });
  }

  it("put no expression into a script: what it stands for could be one", () => {
    for (const [name, script] of scripts) assert.ok(!script.includes("${{"), `${name}: ${script}`);
  });

  it("leave no token behind in the checkout", () => {
    for (const { name, steps } of all)
      for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")))
        assert.equal(step.with?.["persist-credentials"], false, name);
  });

  it("run no sluice from a registry", () => {
    for (const [name, script] of scripts)
      for (const [call] of script.matchAll(/npx .*sluice/g)) assert.match(call, /^npx --no sluice/, name);
  });
});

describe("preview.yaml", () => {
  it("writes the comment by a job without the pull request's code", () => {
    const comment = job("preview.yaml", "comment");
    assert.deepEqual(comment.permissions, { "pull-requests": "write" });
    assert.deepEqual(
      comment.steps.map(({ uses }) => uses?.split("@")[0]),
      ["actions/github-script"],
    );
    assert.equal(job("preview.yaml", "explain").permissions, undefined);
  });

  it("has no secret at all", () => {
    assert.ok(!workflow("preview.yaml").text.includes("secrets."));
  });
});

describe("deploy.yaml", () => {
  it("updates production after dev, and with approval", () => {
    const production = job("deploy.yaml", "production");
    assert.deepEqual(production.needs, ["dev", "plan"]);
    assert.equal(production.environment, "production");
    assert.equal(job("deploy.yaml", "dev").environment, "development");
  });

  it("lets no two updates of one stack overlap, and cuts none off", () => {
    for (const [name, stack] of Object.entries({ dev: "dev", production: "prod" })) {
      const { concurrency, steps } = job("deploy.yaml", name);
      assert.deepEqual(concurrency, { group: `stack-${stack}`, "cancel-in-progress": false });
      assert.ok(steps.some(({ run: script }) => script?.includes(`up --stack ${stack} --yes`)));
    }
    assert.equal(workflow("review.yaml").concurrency?.["cancel-in-progress"], false);
  });
});

describe("review.yaml", () => {
  it("gives no fork the review cluster's credentials", () => {
    for (const name of ["up", "down"])
      assert.match(job("review.yaml", name).if ?? "", /head\.repo\.full_name == github\.repository &&/);
  });

  it("takes a stack down by the base's code", () => {
    const [checkout] = job("review.yaml", "down").steps;
    assert.equal(checkout?.with?.["ref"], "${{ github.event.pull_request.base.sha }}");
  });
});

describe("release.yaml", () => {
  it("runs for a version's tag alone, and publishes without a token", () => {
    assert.deepEqual(workflow("release.yaml").on, { push: { tags: ["v*"] } });
    assert.ok(!workflow("release.yaml").text.includes("secrets."));
    assert.equal(job("release.yaml", "publish").environment, "release");
    assert.deepEqual(job("release.yaml", "release").needs, "publish");
  });
});
