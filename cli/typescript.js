const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { version } = require("@swc/core/package.json");

/** What tsconfig.json has ts-node make of a file, for the program and for the tests. */
const options = {
  swcrc: false,
  configFile: false,
  jsc: { parser: { syntax: "typescript" }, target: "es2022", keepClassNames: true },
  module: { type: "commonjs", ignoreDynamic: true },
  sourceMaps: "inline",
};

/** Where compiled files are kept, as other tools keep theirs: a user who may write there may change the packages, too. */
const defaultFolder = join(__dirname, "..", "node_modules", ".cache", "sluice");

/**
 * Has Node load TypeScript as it is, so that a clone needs no build step between an edit and a run. A file is compiled
 * once, by swc as under ts-node, and kept by its content. Without ts-node, a command need not load TypeScript's own
 * compiler, which takes longer than most commands do.
 *
 * @param {string} folder where compiled files are kept; where it can't be written to, nothing is kept.
 */
function loadTypeScript(folder = defaultFolder) {
  require.extensions[".ts"] = (module, file) => module._compile(compiled(file, folder), file);
  process.setSourceMapsEnabled(true);
}

function compiled(file, folder) {
  const code = readFileSync(file, "utf8");
  const key = createHash("sha256")
    .update(JSON.stringify([version, options, file, code]))
    .digest("hex");
  const kept = join(folder, `${key}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const { code: made } = require("@swc/core").transformSync(code, { ...options, filename: file });
    keep(folder, kept, made);
    return made;
  }
}

/** Under another name first: another command may be reading. */
function keep(folder, file, text) {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {
    // Without a cache, the next command compiles again.
  }
}

module.exports = { loadTypeScript };
