import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policies } from "../../policies/policies";
import { allPages } from "./pages";

const folder = join(__dirname, "..", "..", "docs", "policies");

/** Writes docs/policies/: `npm run docs:policies`. */
async function write(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pages = await allPages();
  for (const [file, text] of pages) writeFileSync(join(folder, file), text);
  console.log(`${pages.size} pages of ${policies.length} policies`);
}

void write();
