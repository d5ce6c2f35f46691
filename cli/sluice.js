#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { engines, peerDependencies } = require("../package.json");

// What is older or missing fails somewhere in a library, with a message that doesn't name the remedy.
const isOlder = (version, range) => {
  const [[major, minor], least] = [version, range].map((text) => text.match(/\d+/g).map(Number));
  return major < least[0] || (major === least[0] && minor < least[1]);
};
const end = (message) => {
  console.error(`sluice: ${message}`);
  process.exit(1);
};
if (isOlder(process.versions.node, engines.node)) {
  const least = engines.node.replace(">=", "");
  end(`Node ${process.versions.node} is too old: install Node ${least} or later (SLUICE1004)`);
}

// The SDK is the project's own: two copies in one program don't know each other's outputs.
const sdk = "@pulumi/pulumi";
const remedy = `run npm install ${sdk}@${peerDependencies[sdk]} (SLUICE1007)`;
const sdkVersion = () => {
  try {
    return require(`${sdk}/package.json`).version;
  } catch {
    return end(`Pulumi's SDK ${sdk} isn't installed: ${remedy}`);
  }
};
const found = sdkVersion();
if (isOlder(found, peerDependencies[sdk])) end(`${sdk} ${found} is too old: ${remedy}`);

// A clone runs its TypeScript as it is, as what was built for a package may be older. A package has no TypeScript.
if (existsSync(join(__dirname, "main.ts"))) {
  require("./late-modules").loadLate();
  require("./typescript").loadTypeScript();
  require("./main.ts");
} else {
  require("../dist/cli.js");
}
