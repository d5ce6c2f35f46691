import assert from "node:assert/strict";
import fc from "fast-check";
import { chartReference, mergeValues } from "../../../components/chart-place";
import { configFiles } from "../../../components/config-files";

describe("configFiles", () => {
  it("is nothing where there are no files", () => {
    assert.equal(configFiles("nginx-v1", {}), undefined);
  });

  it("keeps each text under a key that its mount names", () => {
    const files = configFiles("nginx-v1", { "/etc/nginx/nginx.conf": "a", "/etc/b.txt": "b" });
    const texts = files?.mounts.map(({ mountPath, subPath }) => [mountPath, files.data[subPath]]);
    assert.deepEqual(texts, [
      ["/etc/b.txt", "b"],
      ["/etc/nginx/nginx.conf", "a"],
    ]);
  });

  it("names the ConfigMap by what it holds, whatever the order", () => {
    const name = (files: Record<string, string>) => configFiles("nginx-v1", files)?.configMapName;
    assert.match(name({ "/a": "1" }) ?? "", /^nginx-v1-[0-9a-f]{10}$/);
    assert.equal(name({ "/a": "1", "/b": "2" }), name({ "/b": "2", "/a": "1" }));
    assert.notEqual(name({ "/a": "1" }), name({ "/a": "2" }));
    assert.notEqual(name({ "/a": "1" }), name({ "/b": "1" }));
  });

  it("gives every path a key of its own that a ConfigMap takes", () => {
    const part = fc.stringMatching(/^[-._a5f ü]{1,4}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 2, maxLength: 6 }), (paths) => {
        const files = configFiles("x", Object.fromEntries(paths.map((one) => [one, ""])));
        const keys = Object.keys(files?.data ?? {});
        assert.equal(keys.length, paths.length);
        assert.ok(keys.every((key) => /^[-._a-zA-Z0-9]+$/.test(key)));
      }),
    );
    assert.equal(Object.keys(configFiles("x", { "/a_b": "", "/a/5f/b": "" })?.data ?? {}).length, 2);
  });
});

describe("chartReference", () => {
  const official = { chart: "metallb", repository: "https://charts.test/metallb", version: "0.15.2" };
  const cases: [string, Parameters<typeof chartReference>[0], ReturnType<typeof chartReference>][] = [
    ["the official chart", {}, { chart: "metallb", version: "0.15.2", repositoryOpts: { repo: official.repository } }],
    [
      "another repository",
      { repository: "https://mirror.test" },
      { chart: "metallb", version: "0.15.2", repositoryOpts: { repo: "https://mirror.test" } },
    ],
    [
      "another version",
      { version: "0.15.3" },
      { chart: "metallb", version: "0.15.3", repositoryOpts: { repo: official.repository } },
    ],
    ["a path, which has its version inside", { chart: "./charts/m", version: "0.1.0" }, { chart: "./charts/m" }],
    ["an absolute path", { chart: "/charts/m.tgz" }, { chart: "/charts/m.tgz" }],
    ["an oci:// reference", { chart: "oci://r.test/m" }, { chart: "oci://r.test/m", version: "0.15.2" }],
  ];
  for (const [title, place, expected] of cases)
    it(`names ${title}`, () => assert.deepEqual(chartReference(place, official), expected));
});

describe("mergeValues", () => {
  it("merges maps, and replaces lists and everything else", () => {
    const base = { a: { b: 1, c: [1, 2] }, d: "x", e: { f: 1 } };
    assert.deepEqual(mergeValues(base, { a: { c: [3] }, d: { g: 1 }, e: null }), {
      a: { b: 1, c: [3] },
      d: { g: 1 },
      e: null,
    });
  });

  it("changes neither side", () => {
    const [base, over] = [{ a: { b: 1 } }, { a: { c: 2 } }];
    mergeValues(base, over);
    assert.deepEqual([base, over], [{ a: { b: 1 } }, { a: { c: 2 } }]);
    assert.deepEqual(mergeValues(base), base);
  });
});
