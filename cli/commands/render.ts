import { Command } from "commander";
import { parseStackConfig } from "../../config";
import { profileVariable, readClusterProfile } from "../../config/profile";
import { readStack } from "../../engine/stack-file";
import { renderStack } from "../../render/render-stack";
import { runSteps } from "../progress";
import { say } from "../session";

interface RenderOptions {
  readonly stack: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `sluice render`: every object of a stack as YAML, without a cluster and without Pulumi. */
export function renderCommand(): Command {
  return new Command("render")
    .description("write every object of a stack as YAML; needs no cluster and no Pulumi")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml", "dev")
    .requiredOption("-o, --out <folder>", "the folder to write to; files of an earlier render in it are replaced")
    .option("--json", "the written files as JSON on stdout")
    .addHelpText(
      "after",
      `
Values that Pulumi would generate (MetalLB's memberlist key) are made once and kept in generated.json of that folder:
keep that file and the Secrets out of Git, or seal them.

Examples:
  sluice render --stack dev --out rendered
  kubectl apply --server-side -f rendered`,
    )
    .action(async ({ stack, out, json }: RenderOptions) => {
      const { config } = readStack(stack);
      const profileFile = process.env[profileVariable];
      parseStackConfig(config, readClusterProfile(profileFile));
      let files: readonly string[] = [];
      const step = {
        title: `Render ${stack}`,
        run: async (context: Parameters<typeof renderStack>[1]) => {
          files = await renderStack({ stack, config, profileFile, folder: out }, context);
          return `${files.length} objects in ${out}`;
        },
      };
      await runSteps([step], { json });
      if (json) say({}, JSON.stringify({ files }, undefined, 2));
    });
}
