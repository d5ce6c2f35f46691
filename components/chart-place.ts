import * as pulumi from "@pulumi/pulumi";
import { isMap } from "../values/is-map";

/** The values of a chart. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** A chart's source and values. */
export interface ChartPlace {
  /** The chart's name in its repository, a folder, an archive or an `oci://` reference; the official chart by default. */
  readonly chart?: string;
  /** The chart repository's address; the official one by default, none beside a `chart` of one's own. */
  readonly repository?: string;
  /** The chart's version. */
  readonly version?: pulumi.Input<string>;
  /** Further values, which win over the component's; inputs may be anywhere in them. */
  readonly values?: ChartValues;
}

/** An official chart, pinned. */
export interface OfficialChart {
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
}

/** The part of `helm.v4.Chart`'s arguments that says which chart. */
export interface ChartReference {
  readonly chart: string;
  readonly version?: pulumi.Input<string>;
  readonly repositoryOpts?: { readonly repo: string };
}

/** The official chart, unless the place names another; a path has its version inside, so none is asked of it. */
export function chartReference(place: ChartPlace, official: OfficialChart): ChartReference {
  const chart = place.chart ?? official.chart;
  const repository = place.repository ?? (place.chart === undefined ? official.repository : undefined);
  const isPath = /^[./~]/.test(chart) && repository === undefined;
  const version = place.version ?? official.version;
  return {
    chart,
    ...(isPath ? {} : { version }),
    ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }),
  };
}

/** One set of values over another; maps are merged, everything else is replaced, as helm does with `--values`. */
export function mergeValues(base: ChartValues, over: ChartValues = {}): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    const areMaps = [below, value].every((one) => isMap(one) && !pulumi.Output.isInstance(one));
    merged[key] = areMaps ? mergeValues(below as ChartValues, value as ChartValues) : value;
  }
  return merged;
}
