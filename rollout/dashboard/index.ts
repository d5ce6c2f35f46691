export { createDashboard, type DashboardOptions } from "./app";
export * from "./data";
export { serveDashboard, type ServedDashboard, type ServeOptions } from "./serve";
