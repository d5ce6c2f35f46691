import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { stackFileSchema } from "./schema";

/** Writes sluice.schema.json: `npm run docs:config`. */
writeFileSync(join(packageFolder, "sluice.schema.json"), `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
