"use strict";

// Pulumi 3.245 starts every pack with ts-node, which checks all types at each preview, whatever PulumiPolicy.yaml says;
// it hands `nodeargs` to its own script instead of to node. `npm run typecheck` has checked the types already.
delete require.extensions[".ts"];
require("esbuild-register");
require("./index.ts");
