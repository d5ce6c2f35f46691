#!/usr/bin/env node
require("./typescript").loadTypeScript();
require("./main.ts");
