import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { errorsPage } from "./page";

writeFileSync(join(packageFolder, "docs", "errors.md"), errorsPage());
