export { routePatches, withdrawPatches } from "./patches";
export { besideTitle, routeObjects, routers } from "./routers";
