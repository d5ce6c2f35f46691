import type { Router } from "../router";
import { serviceObjects } from "./objects";

/** Services alone: one that selects the active color's pods, or all tracks' alike. */
export const service: Router = { component: "ServiceRouter", objects: serviceObjects };
