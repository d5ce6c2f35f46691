import { labIfThere } from "../../cluster/lab-if-there";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { onPath } from "../../sources/find-program";

/**
 * The path of helm: the one on PATH, else the lab's.
 *
 * @throws UserError if there is neither.
 */
export async function findHelm({ signal, report }: StepContext): Promise<string> {
  const helm = onPath("helm") ?? (await labIfThere()?.helmProgram(signal, report));
  if (helm !== undefined) return helm;
  throw new UserError("helm is not on PATH, and the stack installs charts: install helm 3 or later", "SLUICE1110");
}
