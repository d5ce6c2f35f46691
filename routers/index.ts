export { routePatches, trafficPatches, withdrawPatches } from "./patches";
export { podPatches } from "./service/pods";
export { besideTitle, routeObjects, routers } from "./routers";
