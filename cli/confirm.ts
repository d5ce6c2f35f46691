import { createInterface } from "node:readline/promises";
import { UserError } from "../progress/user-error";
import { Interrupted, untilInterrupted } from "./interruption";

/**
 * Asks a yes-or-no question.
 *
 * @throws UserError where there is nobody to ask, and where the answer is not yes; Interrupted where the user, a signal, or a
 * terminal that is closed ends the question.
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError(`${question} There is no terminal to ask: say --yes`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await untilInterrupted((signal) => {
      const interrupted = new Promise<never>((_, reject) => {
        prompt.once("SIGINT", () => reject(new Interrupted()));
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        if (signal.aborted) reject(signal.reason as Error);
      });
      return Promise.race([prompt.question(`${question} [y/N] `), interrupted]);
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was changed");
  } finally {
    prompt.close();
  }
}
