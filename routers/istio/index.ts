import type { Router } from "../router";
import { istioObjects } from "./objects";

/** Istio's VirtualServices, at the mesh's ingress gateway and inside the mesh. */
export const istio: Router = { component: "IstioRouter", objects: istioObjects };
