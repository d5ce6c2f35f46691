"use strict";

const { loadTypeScript } = require("../cli/typescript");

// Pulumi starts every pack with a ts-node that checks all types at each preview, whatever PulumiPolicy.yaml says.
// `npm run typecheck` has checked them already.
loadTypeScript();
require("./index.ts");
