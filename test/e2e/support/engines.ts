import { execa } from "execa";

/** The engines that the suite is run with. */
export const engineNames = ["kubectl", "pulumi"] as const;

/** Why an engine can't be tried here; nothing where it can. */
export async function whyNoEngine(engine: (typeof engineNames)[number]): Promise<string | undefined> {
  if (engine === "kubectl") return undefined;
  const { failed } = await execa("pulumi", ["version"], { reject: false });
  return failed ? "there is no pulumi on PATH" : undefined;
}
