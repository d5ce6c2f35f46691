import { parseStackConfig } from "../../config";
import { ConfigError } from "../../config/problems";
import { ask } from "../ask";
import { isYes } from "../confirm";
import { say } from "../session";
import { defaultAnswers, firstConfig, type Answers } from "./files";
import type { Repository } from "./repository";

/** The kinds of `sluice:ingressController`. */
export const controllers = ["existing", "ingress-nginx", "traefik"];

/** What is asked of the user, in this order. */
export const questions: Readonly<Record<keyof Answers, string>> = {
  host: "Which host do users ask for?",
  image: "Which image runs now?",
  port: "Which port does its container listen on?",
  controller: `Which ingress controller (${controllers.join(", ")})?`,
};

/**
 * The answers that are given, and for the rest what the user says, or the defaults.
 *
 * @throws ConfigError if a stack can't have a given answer, and what {@link ask} throws.
 */
export async function answersFor(
  repository: Repository,
  options: Partial<Answers> & { readonly yes?: boolean },
): Promise<Answers> {
  let answers = defaultAnswers(repository);
  for (const [key, question] of Object.entries(questions) as [keyof Answers, string][]) {
    const given = options[key];
    if (given !== undefined) answers = { ...answers, [key]: given };
    else if (!options.yes) answers = await askUntilValid(repository, answers, key, question);
  }
  parseStackConfig(firstConfig(repository, answers));
  return answers;
}

async function askUntilValid(
  repository: Repository,
  before: Answers,
  key: keyof Answers,
  question: string,
): Promise<Answers> {
  const answer = await ask(question, `(${before[key]})`);
  const answers = answer === "" ? before : { ...before, [key]: answer };
  try {
    parseStackConfig(firstConfig(repository, answers));
    return answers;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say({}, error.message);
    return askUntilValid(repository, before, key, question);
  }
}

/** Asks whether plain `pulumi` is to run the stacks, too. */
export async function wantsPulumi(): Promise<boolean> {
  return isYes(await ask("Will you run plain pulumi, too?", "[y/N]"));
}
