import assert from "node:assert/strict";
import { join } from "node:path";
import { readRequests } from "../../../cli/requests";
import { UserError } from "../../../progress/user-error";
import { temporaryFolder, writeInto } from "../support/folders";

describe("readRequests", () => {
  const folder = temporaryFolder();
  const file = (content: unknown) =>
    writeInto(folder, "requests.json", typeof content === "string" ? content : JSON.stringify(content));

  it("reads each request, the path / where it has none", async () => {
    const all = [
      { host: "www.test.com" },
      { host: "www.test.com", path: "/a?b", headers: { Region: "x" }, cookies: { trial: "always" } },
    ];
    assert.deepEqual(await readRequests(file(all)), [{ host: "www.test.com", path: "/" }, all[1]]);
    assert.deepEqual(await readRequests(file([])), []);
  });

  /** What is wrong, the file's content, and what is said of it behind the file's name. */
  const bad: [string, unknown, string][] = [
    ["no array", { host: "a" }, ' is {"host":"a"}: it must be an array of requests'],
    ["a request that is no map", [null], ": [0] is null: it must be a map of host, path, headers and cookies"],
    ["a missing host", [{ path: "/" }], ": [0].host is missing: it must be the host that is asked for, a text"],
    ["a host that is no text", [{ host: 1 }], ": [0].host is 1: it must be the host that is asked for, a text"],
    ["a relative path", [{ host: "a", path: "x" }], ': [0].path is "x": it must be a path that starts with /'],
    ["headers in a list", [{ host: "a", headers: [] }], ": [0].headers is []: it must be a map of headers to texts"],
    ["a cookie that is no text", [{ host: "a", cookies: { b: 1 } }], ": [0].cookies.b is 1: it must be a text"],
    [
      "an unknown key",
      [{ host: "a", headrs: {} }],
      ': [0] is {"host":"a","headrs":{}}: it must have no keys but host, path, headers and cookies, and has headrs',
    ],
  ];
  for (const [title, content, message] of bad)
    it(`refuses ${title}, naming place, value and what is allowed`, async () => {
      const name = file(content);
      await assert.rejects(
        readRequests(name),
        (error: Error) => error instanceof UserError && error.message === `${name}${message}`,
      );
    });

  it("names every bad request at once", async () => {
    const name = file([{ host: "a" }, {}, { host: "b", path: "" }]);
    await assert.rejects(readRequests(name), /: \[1\]\.host is missing[^\n]*\n[^\n]*: \[2\]\.path is ""/);
  });

  it("says so where the file is no JSON, or can't be read", async () => {
    const name = file("[{");
    await assert.rejects(
      readRequests(name),
      (error: Error) => error instanceof UserError && error.message.startsWith(`${name} isn't valid JSON: `),
    );
    for (const path of [join(folder, "missing.json"), folder])
      await assert.rejects(
        readRequests(path),
        (error: Error) =>
          error instanceof UserError && error.message.startsWith(`can't read the requests from ${path}: `),
      );
  });
});
