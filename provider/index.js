"use strict";

const { loadTypeScript } = require("../cli/typescript");

// Pulumi starts every plugin with a ts-node that checks all types, whatever PulumiPlugin.yaml says. `npm run typecheck`
// has checked them already.
loadTypeScript();
require("./index.ts");
