#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { engines } = require("../package.json");

// An older Node fails somewhere in a library, with a message that names neither Node nor the remedy.
const [least, own] = [engines.node, process.versions.node].map((text) => text.match(/\d+/g).map(Number));
if (own[0] < least[0] || (own[0] === least[0] && own[1] < least[1])) {
  console.error(
    `sluice: Node ${process.versions.node} is too old: install Node ${least.join(".")} or later (SLUICE1004)`,
  );
  process.exit(1);
}

// A clone runs its TypeScript as it is, as what was built for a package may be older. A package has no TypeScript.
if (existsSync(join(__dirname, "main.ts"))) {
  require("./late-modules").loadLate();
  require("./typescript").loadTypeScript();
  require("./main.ts");
} else {
  require("../dist/cli.js");
}
