import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { commandsFor } from "../../cli/commands";
import { parseStackConfig } from "../../config";
import { packageFolder } from "../../package-folder";
import type { RawConfig } from "./support/stacks";

const pages = [
  "README.md",
  "AGENTS.md",
  "CHANGELOG.md",
  ...["docs", "lab", "policies"].flatMap((folder) =>
    readdirSync(join(packageFolder, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];
const read = (page: string) => readFileSync(join(packageFolder, page), "utf8");
const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

/** The places that a page links to, but for other sites. */
const linksOf = (page: string) =>
  [
    ...read(page)
      .replace(fence, "")
      .matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
  ].map(([, link = ""]) => link);

/** Says what is wrong with a link; nothing if it leads somewhere. */
function faultOf(page: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : relative(packageFolder, resolve(packageFolder, dirname(page), path));
  if (!existsSync(join(packageFolder, target))) return `${page}: ${link}`;
  if (anchor === undefined) return undefined;
  const headings = [
    ...read(target)
      .replace(fence, "")
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = ""]) => heading);
  return headings.map(anchorOf).includes(anchor) ? undefined : `${page}: ${link}`;
}

/** Sentences of prose: without code, tables, pictures and headings. */
function sentencesOf(page: string): string[] {
  const prose = read(page)
    .replace(fence, "")
    .replace(/^(\||#|!\[).*$/gm, "")
    .replace(/\]\([^)]*\)/g, "]");
  return prose.split(/\n\s*\n|(?<=[.!?])\s+(?=[A-Z`[])/).map((sentence) => sentence.replace(/\s+/g, " ").trim());
}

describe("the documentation", () => {
  it("links to pages and headings that are there", () => {
    const faults = pages.flatMap((page) => linksOf(page).map((link) => faultOf(page, link)));
    assert.deepEqual(
      faults.filter((fault) => fault !== undefined),
      [],
    );
  });

  it("has every page in its index", () => {
    const indexed = linksOf("docs/README.md").map((link) => join("docs", link));
    const missing = pages.filter((page) => !["README.md", "docs/README.md", ...indexed].includes(page));
    assert.deepEqual(missing, []);
  });

  it("shows YAML that is YAML", () => {
    const faults = pages.flatMap((page) =>
      [...read(page).matchAll(fence)].flatMap(([, language, text = ""]) => {
        const errors = language === "yaml" ? parseAllDocuments(text).flatMap((document) => document.errors) : [];
        return errors.map(({ message }) => `${page}: ${message}`);
      }),
    );
    assert.deepEqual(faults, []);
  });
});

describe("README.md", () => {
  it("has fewer than 150 lines", () => assert.ok(read("README.md").split("\n").length < 150));

  it("has no sentence of more than 25 words", () => {
    const long = sentencesOf("README.md").filter((sentence) => sentence.split(" ").length > 25);
    assert.deepEqual(long, []);
  });

  it("shows a first stack that is a stack, in ten lines", () => {
    const [, , stack = ""] = [...read("README.md").matchAll(fence)].find(([, language]) => language === "yaml") ?? [];
    const { config } = parse(stack) as { config: RawConfig };
    assert.deepEqual(Object.keys(parseStackConfig(config).versions), ["v1", "v2"]);
    assert.ok(stack.trim().split("\n").length <= 10, stack);
  });
});

describe("AGENTS.md", () => {
  it("has commands whose options there are", () => {
    const [, , transcript = ""] =
      [...read("AGENTS.md").matchAll(fence)].find(([, language]) => language === "console") ?? [];
    const lines = [...transcript.matchAll(/^\$ npx sluice (\w+)([^#\n]*)/gm)];
    assert.ok(lines.length > 5);
    for (const [, name = "", rest = ""] of lines) {
      const command = commandsFor([name]).find((one) => one.name() === name);
      const known = command?.options.map(({ long }) => long) ?? [];
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) assert.ok(known.includes(option), `${name} ${option}`);
    }
  });

  it("has the exit codes of docs/commands.md", () => {
    const codesOf = (page: string) => [...read(page).matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => code);
    assert.deepEqual(codesOf("AGENTS.md"), codesOf("docs/commands.md"));
    assert.ok(codesOf("AGENTS.md").includes("130"));
  });
});

describe("the package's version", () => {
  const { version, license } = JSON.parse(read("package.json")) as { version: string; license: string };

  it("has its entry in CHANGELOG.md, and its license in LICENSE", () => {
    assert.match(read("CHANGELOG.md"), new RegExp(`^## \\[${version}\\] - (unreleased|\\d{4}-\\d\\d-\\d\\d)$`, "m"));
    assert.equal(license, "Apache-2.0");
    assert.match(read("LICENSE"), /Apache License\s+Version 2\.0/);
  });
});
