#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// A clone runs its TypeScript as it is, as what was built for a package may be older. A package has no TypeScript.
if (existsSync(join(__dirname, "main.ts"))) {
  require("./late-modules").loadLate();
  require("./typescript").loadTypeScript();
  require("./main.ts");
} else {
  require("../dist/cli.js");
}
