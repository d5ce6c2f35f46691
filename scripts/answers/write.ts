import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { answersSchema } from "./schema";

writeFileSync(join(packageFolder, "answers.schema.json"), answersSchema());
