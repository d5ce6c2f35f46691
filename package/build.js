// Makes dist/, what the npm package has: `npm pack` and `npm publish` run it.
const { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");
const { build } = require("esbuild");
const { transpileDeclaration } = require("typescript");
const { options } = require("./options");
const { dependencies } = require("../package.json");

process.chdir(dirname(__dirname));
rmSync("dist", { recursive: true, force: true });

// A library as one file loads several times as fast as its hundreds, and a rollback waits for them. Pulumi's stay as they
// are: a program of one's own has the same.
const libraries = Object.keys(dependencies).filter((name) => !name.startsWith("@pulumi/"));
const bundled = new Map();
const asOneFile = (entry) => ({
  name: "libraries",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^.]/ }, ({ path }) => {
      if (!libraries.some((name) => path === name || path.startsWith(`${name}/`))) return undefined;
      const file = `libraries/${path.replaceAll("/", "-")}`;
      bundled.set(file, path);
      return { path: `${"../".repeat(entry.split("/").length - 1) || "./"}${file}.js`, external: true };
    }),
});

// A package of its own, which is loaded only if it is there.
const lab = {
  name: "lab",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/lab$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === resolve("lab") ? { path: "sluice-lab", external: true } : undefined,
    ),
};

async function buildAll() {
  const entries = {
    cli: "cli/main.ts",
    index: "package/index.ts",
    "policies/index": "policies/index.ts",
    "provider/index": "provider/index.ts",
  };
  for (const [name, file] of Object.entries(entries)) {
    const plugins = [lab, asOneFile(name)];
    await build({ ...options, entryPoints: { [name]: file }, packages: "external", plugins });
  }
  await build({ ...options, entryPoints: Object.fromEntries(bundled), minify: true });
}
const built = buildAll();

// The declarations of what is exported, and of all that they refer to; a set also goes on to what is added meanwhile.
const compilerOptions = { isolatedDeclarations: true, declaration: true, stripInternal: true };
const declared = new Set(["package/index.ts"]);
for (const file of declared) {
  const options = { compilerOptions, fileName: file, reportDiagnostics: true };
  const { outputText, diagnostics } = transpileDeclaration(readFileSync(file, "utf8"), options);
  if (diagnostics.length > 0) throw new Error(`${file}: ${JSON.stringify(diagnostics[0].messageText)}`);
  const place = join("dist", "types", file.replace(/\.ts$/, ".d.ts"));
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, outputText);
  for (const [, path] of outputText.matchAll(/from "(\.[^"]*)"/g)) declared.add(`${join(dirname(file), path)}.ts`);
}

// They lie as in a clone, so that the same code finds them.
for (const file of [
  "sluice.schema.json",
  "answers.schema.json",
  "cli/init/workflow.yaml",
  "policies/PulumiPolicy.yaml",
  "policies/config",
  "probe/client.js",
  "provider/PulumiPlugin.yaml",
  "rollout/dashboard/page",
])
  cpSync(file, join("dist", file), { recursive: true });

// The policies' SDK reads the pack's version from here. Pulumi runs `npm install` in the folder of a provider:
// there must be nothing to install, as the package's dependencies are installed already.
for (const [folder, manifest] of [
  ["policies", "policies/package.json"],
  ["provider", "package.json"],
]) {
  const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(join("dist", folder, "package.json"), JSON.stringify({ name, version, main: "index.js" }));
}

built.catch(() => (process.exitCode = 1));
