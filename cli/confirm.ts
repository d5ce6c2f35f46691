import { UserError } from "../progress/user-error";
import { ask } from "./ask";

/**
 * Asks a yes-or-no question.
 *
 * @throws UserError if the answer is not yes, and what {@link ask} throws.
 */
export async function confirm(question: string): Promise<void> {
  if (!isYes(await ask(question, "[y/N]"))) throw new UserError("nothing was changed", "SLUICE1003");
}

/** True for an answer that agrees. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer);
}
