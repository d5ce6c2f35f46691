import { runSteps } from "../../cli/progress";
import { codeFiles } from "./code";
import { checkProse, findVale, pages, whyNoVale } from "./vale";

/**
 * Checks the wording of the pages and of the texts in the code, and the pages' spelling: `npm run prose`. Exits with 1 if
 * there are findings, with 2 if it can't check.
 */
async function main(): Promise<void> {
  const missing = whyNoVale();
  if (missing !== undefined) throw new Error(`${missing}: install Vale (https://vale.sh), or Go and gcc`);
  const files = [...pages(), ...codeFiles()];
  let vale = "";
  let result = { exitCode: 0, findings: "" };
  await runSteps([
    { title: "Find or build Vale", run: async (context) => (vale = await findVale(context)) },
    {
      title: `Check ${files.length} files`,
      run: async () => {
        result = await checkProse(vale, files);
        return result.exitCode === 0 ? "no findings" : "see below";
      },
    },
  ]);
  if (result.exitCode !== 0) console.error(result.findings);
  process.exitCode = result.exitCode;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
