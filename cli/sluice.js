#!/usr/bin/env node
require("./late-modules").loadLate();
require("./typescript").loadTypeScript();
require("./main.ts");
