import type { Router } from "../router";
import { ingressObjects } from "./objects";

/** Ingresses with ingress-nginx's annotations, for ingress-nginx and for Traefik. */
export const ingress: Router = { component: "IngressRouter", objects: ingressObjects };
