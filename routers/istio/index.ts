import { ingressController } from "../../config/entrance";
import type { Router } from "../router";
import { clashes } from "./clashes";
import { problems, unknownKeys } from "./limits";
import { istioObjects } from "./objects";
import { istioSeries, metricsPage } from "./series";

/** Istio's VirtualServices, at the mesh's ingress gateway and inside the mesh. */
export const istio: Router = {
  component: "IstioRouter",
  controller: ingressController.parse({ kind: "existing", service: "istio-system/istio-ingressgateway" }),
  unknownKeys,
  problems,
  clashes,
  series: istioSeries,
  metricsPage,
  objects: istioObjects,
};
