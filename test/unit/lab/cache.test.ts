import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory, cached, hashOf } from "../../../lab/cache";
import type { GoModule } from "../../../lab/modules";
import { identityOf } from "../../../lab/processes/identity";
import { moduleKey } from "../../../lab/programs";

describe("the lab's cache", () => {
  let folder: string;
  let before: string | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-test-cache-"));
    before = process.env["XDG_CACHE_HOME"];
    process.env["XDG_CACHE_HOME"] = folder;
  });

  afterEach(async () => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    await rm(folder, { recursive: true });
  });

  it("gives the same hash whatever the order of the parts, and another for other parts", () => {
    assert.equal(hashOf({ a: "1", b: "2" }), hashOf({ b: "2", a: "1" }));
    assert.notEqual(hashOf({ a: "1", b: "2" }), hashOf({ a: "12", b: "" }));
  });

  it("names a module's programs by everything that they are built from", async () => {
    const directory = join(folder, "module");
    await mkdir(join(directory, "extension"), { recursive: true });
    const write = (file: string, text: string) => writeFile(join(directory, file), text);
    await write("go.mod", "require example.com/a v1.0.0");
    await write("go.sum", "sum");
    await write("extension/extension.go", "package extension");
    const module: GoModule = { name: "sample", directory, programs: { a: "example.com/a" } };
    const first = await moduleKey(module, "go1.26.0 linux amd64");
    assert.match(first, /^sample-[0-9a-f]{12}$/);
    assert.equal(await moduleKey(module, "go1.26.0 linux amd64"), first);

    const others = [await moduleKey(module, "go1.26.1 linux amd64"), await moduleKey(module, "go1.26.0 linux arm64")];
    others.push(await moduleKey({ ...module, variables: { "main.version": "2" } }, "go1.26.0 linux amd64"));
    for (const [file, text] of Object.entries({
      "go.mod": "require example.com/a v1.0.1",
      "go.sum": "other",
      "extension/extension.go": "package extension // changed",
    })) {
      const original = await readFile(join(directory, file), "utf8");
      await write(file, text);
      others.push(await moduleKey(module, "go1.26.0 linux amd64"));
      await write(file, original);
    }
    assert.equal(new Set([first, ...others]).size, others.length + 1);
    await write("README.md", "says nothing about what is built");
    assert.equal(await moduleKey(module, "go1.26.0 linux amd64"), first);
  });

  it("fills a folder once", async () => {
    let fills = 0;
    const fill = async (into: string) => {
      fills += 1;
      await writeFile(join(into, "file"), "whole");
    };
    const first = await cached("thing", fill);
    const second = await cached("thing", fill);
    assert.deepEqual([first.made, second.made, fills], [true, false, 1]);
    assert.equal(await readFile(join(second.directory, "file"), "utf8"), "whole");
  });

  it("waits for another process that fills a folder already, instead of filling it too", async () => {
    const maker = spawn("sleep", ["60"]);
    try {
      const { startTime } = identityOf(maker.pid ?? 0) ?? {};
      const unfinished = join(cacheDirectory(), `.unfinished-${maker.pid}-${startTime}-thing`);
      await mkdir(unfinished, { recursive: true });
      const told: string[] = [];
      const report = (detail: string) => {
        // Once it is waited for, it is finished.
        if (told.push(detail) === 1) void rename(unfinished, join(cacheDirectory(), "thing"));
      };
      const waiting = { signal: new AbortController().signal, report };
      const { made } = await cached("thing", () => Promise.reject(new Error("filled twice")), waiting);
      assert.equal(made, false);
      assert.match(told[0] ?? "", new RegExp(`process ${maker.pid} builds thing already`));
    } finally {
      maker.kill();
    }
  });

  it("keeps nothing of what was not finished", async () => {
    const half = async (into: string) => {
      await writeFile(join(into, "file"), "half");
      throw new Error("interrupted");
    };
    await assert.rejects(cached("thing", half), /interrupted/);
    assert.equal(existsSync(join(cacheDirectory(), "thing")), false);
  });

  it("clears away what a process that is gone did not finish", async () => {
    const abandoned = join(cacheDirectory(), ".unfinished-4194304-1-thing");
    await mkdir(abandoned, { recursive: true });
    await cached("other", () => Promise.resolve());
    assert.equal(existsSync(abandoned), false);
  });
});
