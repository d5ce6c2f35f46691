"use strict";

const { join } = require("node:path");

// Pulumi starts every pack with a ts-node that checks all types at each preview, whatever PulumiPolicy.yaml says.
// `npm run typecheck` has checked them already.
delete require.extensions[".ts"];
require("ts-node").register({ project: join(__dirname, "..", "tsconfig.swc.json") });
require("./index.ts");
