// Makes lab/dist/, what the lab's npm package has: `npm pack --workspace sluice-lab` runs it.
const { execFileSync } = require("node:child_process");
const { cpSync, rmSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { buildSync } = require("esbuild");
const { options } = require("./options");

process.chdir(join(dirname(__dirname), "lab"));
rmSync("dist", { recursive: true, force: true });

// One file with all that it needs: only Sluice, which loads it, has dependencies to install.
buildSync({ ...options, entryPoints: ["index.ts"], tsconfig: "../tsconfig.json" });

// The modules of Go that its programs are built from lie beside the file, as in a clone.
const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
for (const file of files.filter((name) => name.includes("/") && !name.endsWith(".ts")))
  cpSync(file, join("dist", file));
