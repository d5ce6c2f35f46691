import type { Router } from "../router";
import { problems, unknownKeys } from "./limits";
import { gatewayObjects } from "./objects";
import { gatewaySeries, metricsPage } from "./series";

/** Gateway API's HTTPRoutes, for any implementation of it. */
export const gateway: Router = {
  component: "GatewayRouter",
  className: "traefik",
  unknownKeys,
  problems,
  series: gatewaySeries,
  metricsPage,
  objects: gatewayObjects,
};
