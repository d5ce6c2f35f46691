import type { Router } from "../router";
import { gatewayObjects } from "./objects";

/** Gateway API's HTTPRoutes, for any implementation of it. */
export const gateway: Router = { component: "GatewayRouter", objects: gatewayObjects };
