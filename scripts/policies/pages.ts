import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { policies } from "../../policies/policies";
import { policyIndex, policyPage } from "./page";

/** The text of each file of docs/policies/, by its name. */
export async function allPages(): Promise<Map<string, string>> {
  const pages = new Map([["README.md", await formatted(policyIndex())]]);
  for (const policy of policies) pages.set(`${policy.name}.md`, await formatted(await policyPage(policy)));
  return pages;
}

async function formatted(text: string): Promise<string> {
  const options = await resolveConfig(join(__dirname, "page.md"));
  return format(text, { ...options, parser: "markdown" });
}
