import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { componentsSchema } from "./schema";

/** Writes provider/schema.json: `npm run docs:components`. */
writeFileSync(join(packageFolder, "provider", "schema.json"), `${JSON.stringify(componentsSchema(), undefined, 2)}\n`);
