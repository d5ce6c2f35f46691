/**
 * How far a rollout is, in Flagger's words, which has no `Baking`.
 *
 * @see https://docs.flagger.app/usage/how-it-works#canary-status
 */
export const phases = [
  "Initializing",
  "Initialized",
  "Waiting",
  "Progressing",
  "WaitingPromotion",
  "Promoting",
  "Finalising",
  "Baking",
  "Succeeded",
  "Failed",
] as const;

/** One of {@link phases}. */
export type Phase = (typeof phases)[number];
