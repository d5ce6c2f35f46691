import type { Router } from "../router";
import { clashes } from "./clashes";
import { unknownKeys } from "./limits";
import { serviceObjects } from "./objects";
import { portProblems } from "./ports";

/** Services alone: one that selects the active color's pods, or all tracks' alike. */
export const service: Router = {
  component: "ServiceRouter",
  unknownKeys,
  problems: portProblems,
  clashes,
  objects: serviceObjects,
};
