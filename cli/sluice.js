#!/usr/bin/env node
// TypeScript is loaded as it is, so that a clone needs no build step between an edit and a run.
require("esbuild-register/dist/node").register({ target: "node20" });
require("./main.ts");
