import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";

const folder = join(packageFolder, "rollout", "dashboard", "page");
const types = {
  "style.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
  "main.mjs": "text/javascript; charset=utf-8",
  "actions.mjs": "text/javascript; charset=utf-8",
  "charts.mjs": "text/javascript; charset=utf-8",
  "dom.mjs": "text/javascript; charset=utf-8",
  "format.mjs": "text/javascript; charset=utf-8",
  "history.mjs": "text/javascript; charset=utf-8",
  "rollout.mjs": "text/javascript; charset=utf-8",
  "split.mjs": "text/javascript; charset=utf-8",
  "stacks.mjs": "text/javascript; charset=utf-8",
};

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** The files that the page loads, by name: no other file can be asked for. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  return new Map(
    Object.entries(types).map(([name, type]) => [name, { type, text: readFileSync(join(folder, name), "utf8") }]),
  );
}

/** The document itself, with the token that its actions carry. */
export function readDocument(token: string): string {
  return readFileSync(join(folder, "index.html"), "utf8").replace("%TOKEN%", () => token);
}
