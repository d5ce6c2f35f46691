import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { readOwnValues } from "../../../config/own-values";
import { renamedKeys } from "../../../config/renamed";
import { renameKeys } from "../../../engine/rename-keys";
import { valuesOfText } from "../../../engine/stack-file";
import { UserError } from "../../../progress/user-error";

const valuesOf = (text: string) => readOwnValues(valuesOfText(text, "a stack"));
const renamed = (text: string) => renameKeys(text, valuesOf(text).renamed);

describe("renameKeys", () => {
  it("moves keys to where the first of their group stood, with their comments, quotes and secrets", () => {
    const before = `# The stack of the shop.
encryptionsalt: v1:abc
config:
  sluice:host: www.test.com # the public name
  # Exactly this path.
  sluice:pathType: "Exact"   # really

  sluice:affinity: 'cookie' # stay
  sluice:stable: v1

  # The certificate's Secret is yours,
  # or cert-manager's.
  sluice:tls:
    - secretName: { secure: v1:xyz }
      # both
      hosts: [www.test.com,   api.test.com]

  sluice:affinityCookie: { secure: v1:uvw }
  sluice:ingressAnnotations:
    example.org/snippet: |
      one

      two
  # The end.
  kubernetes:context: mine
`;
    assert.equal(
      renamed(before),
      `# The stack of the shop.
encryptionsalt: v1:abc
config:
  sluice:host: www.test.com # the public name
  sluice:route:
    # Exactly this path.
    pathType: "Exact"   # really
    # The certificate's Secret is yours,
    # or cert-manager's.
    tls:
      - secretName: { secure: v1:xyz }
        # both
        hosts: [www.test.com,   api.test.com]
    annotations:
      example.org/snippet: |
        one

        two

  sluice:affinity:
    mode: 'cookie' # stay
    cookie: { secure: v1:uvw }
  sluice:stable: v1

  # The end.
  kubernetes:context: mine
`,
    );
  });

  it("moves keys into the group that is there, by its own indentation", () => {
    const before = "config:\n  sluice:route:\n      tls: []\n  sluice:host: a\n  sluice:pathType: Exact";
    const after = "config:\n  sluice:route:\n      tls: []\n      pathType: Exact\n  sluice:host: a\n";
    assert.equal(renamed(before), after);
  });

  it("writes a map on one line anew", () => {
    const group = "config:\n  sluice:route: { tls: [] }\n  sluice:pathType: Exact\n";
    assert.equal(renamed(group), "config:\n  sluice:route: { tls: [], pathType: Exact }\n");
    const json = '{ "config": { "sluice:host": "a", "sluice:nodePort": 30080, "sluice:previewNodePort": 30081 } }';
    assert.deepEqual(parse(renamed(json)), {
      config: { "sluice:host": "a", "sluice:service": { nodePort: 30080, previewNodePort: 30081 } },
    });
  });

  it("keeps the ends of lines, and an anchor that another key refers to", () => {
    const windows = "config:\r\n  sluice:host: a\r\n  sluice:tls:\r\n    - secretName: b\r\n      hosts: [a]\r\n";
    assert.equal(
      renamed(windows),
      "config:\r\n  sluice:host: a\r\n  sluice:route:\r\n    tls:\r\n      - secretName: b\r\n        hosts: [a]\r\n",
    );
    const anchored = "config:\n  sluice:host: &host a\n  sluice:previewHost: *host\n";
    assert.equal(renamed(anchored), "config:\n  sluice:host: &host a\n  sluice:route:\n    previewHost: *host\n");
  });

  it("refuses what it can't move without changing what the file says", () => {
    const merged = "base: &base { sluice:pathType: Exact }\nconfig:\n  <<: *base\n  sluice:host: a\n";
    assert.throws(
      () => renamed(merged),
      (error) =>
        error instanceof UserError && /sluice:pathType can't be renamed .*: edit it by hand/.test(error.message),
    );
  });

  it("changes nothing where nothing has an old name", () => {
    const text = "config:\n  sluice:route: { pathType: Exact }\n  sluice:affinity: { mode: cookie }\n";
    assert.equal(renamed(text), text);
  });

  const blocks = renamedKeys.map(
    ({ from }) => `  # About ${from}.\n  sluice:${from}: ${from === "affinity" ? "cookie" : "{ a: 1 }"}\n`,
  );
  const others = ["host", "stable", "canary"].map((key) => `  # About ${key}.\n  sluice:${key}: "v1" # ${key}\n`);

  it("keeps what a file says and every comment, in whatever order its keys are", () =>
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...blocks, ...others], { minLength: 1 }),
        fc.array(fc.constantFrom("", "\n"), { minLength: 20, maxLength: 20 }),
        (parts, gaps) => {
          const before = `config:\n${parts.map((part, index) => (gaps[index] ?? "") + part).join("")}`;
          const after = renamed(before);
          assert.deepEqual(valuesOf(after), { ...valuesOf(before), renamed: [] });
          const comments = (text: string) => [...text.matchAll(/# .*/g)].map(([comment]) => comment).sort();
          assert.deepEqual(comments(after), comments(before));
          assert.doesNotMatch(after, /\n\n\n/);
          for (const { from } of renamedKeys) assert.doesNotMatch(after, new RegExp(`sluice:${from}: [^{]*$`, "m"));
        },
      ),
      { numRuns: 300 },
    ));
});
