import { UserError } from "../progress/user-error";
import { podsNeeded, podsReady, type Successor } from "../routers/deployed";

/** A live Deployment. */
interface LiveDeployment {
  readonly metadata?: { readonly name?: string };
}

/**
 * Refuses a switch to a color whose autoscaler has left it fewer pods than serve now: the program could raise that number, but
 * only another update would give it back.
 *
 * @throws UserError with the command that raises it for as long as it is needed.
 */
export function demandPods(
  successors: readonly Successor[],
  deployments: readonly LiveDeployment[],
  stack: string,
): void {
  const live = (wanted: string) => deployments.find(({ metadata }) => metadata?.name === wanted);
  for (const one of successors) {
    const [needed, ready] = [podsNeeded(one, live(one.serving)), podsReady(live(one.target))];
    if (ready === undefined || ready >= needed) continue;
    throw new UserError(
      `${one.target} has ${ready} pods and needs ${needed}, because ${one.serving} serves with as many, and the autoscaler ` +
        `keeps only its minReplicas for a color without users: switch with sluice up --stack ${stack}, which starts them first`,
      "SLUICE1306",
    );
  }
}
