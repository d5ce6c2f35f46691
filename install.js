// Runs before `npm start` and `npm test`, so that a bare clone needs no step by hand: nothing may be required here that
// is not part of Node.
const { spawnSync } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");

const oldest = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(`sluice: this is Node ${process.versions.node}: it must be ${oldest.join(".")} or later`);
  process.exit(1);
}

const lockfile = join(__dirname, "package-lock.json");
const installed = join(__dirname, "node_modules", ".package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) {
  console.log("Installing Sluice's packages from package-lock.json (npm ci)");
  const { status, signal } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: __dirname,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("sluice: npm ci failed: its message above says why");
    process.exit(signal ? 130 : (status ?? 1));
  }
}
