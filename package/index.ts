import run = require("../index");

/**
 * The program of a stack: it makes what the stack's config says.
 *
 * `sluice` needs no program beside `Pulumi.yaml`. For plain `pulumi`, the file that `main` in `Pulumi.yaml` names is this line:
 *
 * ```js
 * module.exports = require("sluice").program;
 * ```
 *
 * @returns the stack's outputs.
 */
export const program: () => Promise<Record<string, unknown>> = () => run();

export { IngressNginx, type ImageArgs, type IngressNginxArgs } from "../components/ingress-nginx";
export { MetalLb, type MetalLbArgs } from "../components/metallb";
export { Release } from "../components/release-component";
export type { PathType, ProbeArgs, ReleaseArgs, VersionArgs } from "../components/release-args";
export type { ChartPlace, ChartValues } from "../components/chart-place";
