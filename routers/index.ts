export { besideTitle, routeObjects, routers } from "./routers";
