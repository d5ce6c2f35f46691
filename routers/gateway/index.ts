import { ingressController } from "../../config/entrance";
import type { Router } from "../router";
import { problems, unknownKeys } from "./limits";
import { gatewayObjects } from "./objects";
import { gatewaySeries, metricsPage } from "./series";

/** Gateway API's HTTPRoutes, for any implementation of it. */
export const gateway: Router = {
  component: "GatewayRouter",
  controller: ({ gateway: own }) => (own ? undefined : ingressController.parse({ kind: "traefik" })),
  className: "traefik",
  unknownKeys,
  problems,
  series: gatewaySeries,
  metricsPage,
  objects: gatewayObjects,
};
