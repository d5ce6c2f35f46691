export { routePatches, trafficPatches, withdrawPatches } from "./patches";
export { besideTitle, routeObjects, routers } from "./routers";
