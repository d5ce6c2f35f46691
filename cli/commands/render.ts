import { Command, Option } from "commander";
import { parseStackConfig } from "../../config";
import { profileVariable, readClusterProfile } from "../../cluster/profile";
import { readStack, readStackFile } from "../../engine/stack-file";
import { renderStack, type RenderedStack } from "../../render/render-stack";
import { sayOffline } from "../offline";
import { runSteps } from "../progress";
import { say } from "../session";
import { jsonOf } from "../answers";

interface RenderOptions {
  readonly stack?: string;
  readonly config?: string;
  readonly out: string;
  readonly generated?: string;
  readonly json?: boolean;
}

/** `sluice render`: every object of a stack as YAML, without a cluster and without Pulumi. */
export function renderCommand(): Command {
  return new Command("render")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml (default: dev)")
    .addOption(new Option("-c, --config <file>", "any Pulumi stack file instead").conflicts("stack"))
    .requiredOption("-o, --out <folder>", "the folder to write to; files of an earlier render in it are replaced")
    .option("--generated <file>", "where generated values are kept (default: <folder>.generated.json)")
    .option("--json", "the written files and the commands that apply them, as JSON on stdout")
    .addHelpText(
      "after",
      `
The folder holds manifests only, ready for kubectl apply. Objects that the cluster refuses until the stack's own kinds and
webhooks are ready (MetalLB's address pools) go to the folder "after": apply it second. The command prints the order.

Sluice generates values that Pulumi would generate (MetalLB's memberlist key) once, and keeps them in the file of
--generated. Keep that file and the Secrets out of Git, or seal them.

This command asks no cluster: it renders what the stack file says, whatever a rollout has decided about the traffic.

Examples:
  sluice render --stack dev --out rendered
  kubectl apply --server-side -f rendered
  kubectl wait --namespace metallb-system --for=condition=Available deployment --all --timeout=300s
  kubectl apply --server-side -f rendered/after`,
    )
    .action(async ({ out, generated, json, ...options }: RenderOptions) => {
      const { stack, config } =
        options.config === undefined ? readStack(options.stack ?? "dev") : readStackFile(options.config);
      const profileFile = process.env[profileVariable];
      const parsed = parseStackConfig(config, readClusterProfile(profileFile));
      let rendered: RenderedStack = { files: [], commands: [] };
      const step = {
        title: `Render ${stack}`,
        run: async (context: Parameters<typeof renderStack>[1]) => {
          const request = { stack, config, profileFile, folder: out, generatedFile: generated };
          rendered = await renderStack(request, context);
          return `${rendered.files.length} objects in ${out}`;
        },
      };
      await runSteps([step], { json });
      sayOffline(parsed);
      if (json) say({}, jsonOf<"render">(rendered));
      else say({}, ["Apply them in this order:", ...rendered.commands].join("\n  "));
    });
}
