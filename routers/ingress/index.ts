import type { Router } from "../router";
import { clashes } from "./clashes";
import { problems, unknownKeys } from "./limits";
import { ingressObjects } from "./objects";
import { ingressSeries, metricsPage } from "./series";

/** Ingresses with ingress-nginx's annotations, for ingress-nginx and for Traefik. */
export const ingress: Router = {
  component: "IngressRouter",
  className: "nginx",
  unknownKeys,
  problems,
  clashes,
  series: ingressSeries,
  metricsPage,
  objects: ingressObjects,
};
