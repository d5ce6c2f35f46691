import { ingressController } from "../../config/entrance";
import type { Router } from "../router";
import { clashes } from "./clashes";
import { problems, unknownKeys } from "./limits";
import { ingressObjects } from "./objects";
import { ingressSeries, metricsPage } from "./series";

/** Ingresses with ingress-nginx's annotations, for ingress-nginx and for Traefik. */
export const ingress: Router = {
  component: "IngressRouter",
  controller: () => ingressController.parse({ kind: "ingress-nginx" }),
  className: "nginx",
  unknownKeys,
  problems,
  clashes,
  series: ingressSeries,
  metricsPage,
  objects: ingressObjects,
};
