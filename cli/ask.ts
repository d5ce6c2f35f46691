import { createInterface } from "node:readline/promises";
import { UserError } from "../progress/user-error";
import { Interrupted, untilInterrupted } from "./interruption";

/**
 * Asks for a line of text.
 *
 * @param hint follows the question: the choices, or the default.
 * @returns the answer without the spaces around it.
 * @throws UserError if there is no terminal; Interrupted if the user, a signal, or a terminal that closes ends the question.
 */
export async function ask(question: string, hint: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UserError(`${question} Not a terminal: pass --yes`, "SLUICE1002");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await untilInterrupted((signal) => {
      const interrupted = new Promise<never>((_, reject) => {
        // Without this, the promise would never settle after Ctrl-D closes the prompt.
        for (const event of ["SIGINT", "close"]) prompt.once(event, () => reject(new Interrupted()));
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        if (signal.aborted) reject(signal.reason as Error);
      });
      return Promise.race([prompt.question(`${question} ${hint} `), interrupted]);
    });
    return answer.trim();
  } finally {
    prompt.close();
  }
}
