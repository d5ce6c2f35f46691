import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Document, stringify } from "yaml";
import { packageFolder } from "../../package-folder";
import type { Repository } from "./repository";

/** The settings of a first stack. */
export interface Answers {
  /** The host that users ask for. */
  readonly host: string;
  /** The image that runs now. */
  readonly image: string;
  /** The port that its container listens on. */
  readonly port: number | string;
  /** The kind of `sluice:ingressController`. */
  readonly controller: string;
}

/** The defaults of a first stack; the host and the image are placeholders. */
export function defaultAnswers({ name, port = 8080 }: Repository): Answers {
  return { host: `${name}.example.com`, image: `registry.example/${name}:1.0`, port, controller: "existing" };
}

/** The config of a first stack, by full key: one version, which everybody gets. */
export function firstConfig({ name }: Repository, { host, image, port: typed, controller }: Answers) {
  const port = /^\d+$/.test(`${typed}`) ? Number(typed) : typed;
  return {
    "sluice:host": host,
    "sluice:workload": name,
    "sluice:ingressController": { kind: controller },
    "sluice:stable": "v1",
    "sluice:versions": { v1: { image, port } },
  };
}

/** The text of its file. */
export function stackText(repository: Repository, answers: Answers): string {
  const document = new Document({ config: firstConfig(repository, answers) });
  for (const path of [["sluice:ingressController"], ["sluice:versions", "v1"]]) {
    const place = ["config", ...path];
    document.setIn(place, document.createNode(document.getIn(place), { flow: true }));
  }
  document.commentBefore = [
    ` yaml-language-server: $schema=${repository.schema}`,
    " Everybody gets v1. For a canary add a v2 to the versions, and the keys sluice:canary: v2 and sluice:canaryWeight: 10.",
  ].join("\n");
  return document.toString({ lineWidth: 0 }).replace(/^\n/m, "");
}

/** The text of `Pulumi.yaml`. */
export function projectText({ name }: Repository, main?: string): string {
  return stringify({ name, runtime: "nodejs", ...(main !== undefined && { main }) });
}

/** The program that plain `pulumi` runs, with a name that Node reads as the kind of module that Pulumi loads there. */
export function programFile({ isModule }: Repository): { readonly name: string; readonly text: string } {
  return isModule
    ? { name: "sluice.mjs", text: `export { program as default } from "sluice";\n` }
    : { name: "sluice.cjs", text: `module.exports = require("sluice").program;\n` };
}

/** The CI workflow's path and its text, which runs in the folder of the stack files. */
export function workflowOf({ folder, root }: Repository): readonly [file: string, text: string] {
  const text = readFileSync(join(packageFolder, "cli", "init", "workflow.yaml"), "utf8");
  const place = relative(root, folder).split(sep).join("/");
  const name = place === "" ? "sluice" : `sluice-${place.replace(/[^A-Za-z0-9]+/g, "-")}`;
  return [
    join(root, ".github", "workflows", `${name}.yaml`),
    place === "" ? text : text.replace("working-directory: .", `working-directory: ${JSON.stringify(place)}`),
  ];
}
