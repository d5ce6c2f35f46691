import type { StackEdits } from "../../engine/edit-stack";
import type { Pace } from "../watch";

/** One change of a stack under load. */
export interface LoadedChange {
  readonly name: string;
  readonly edits: StackEdits;
}

/** Somebody who asks all the while. */
export interface LoadedClient {
  /** What is particular about it, where a stack has several. */
  readonly name?: string;
  readonly pace: Pace;
}

/** A stack, those who ask it, and the changes made to it one after the other while they do. */
export interface LoadedCase {
  readonly name: string;
  /** The committed stack file that it begins with. */
  readonly source: string;
  /** Together they send 200 requests a second. */
  readonly clients: readonly LoadedClient[];
  readonly changes: readonly LoadedChange[];
}

const set = (key: string, value: unknown): StackEdits[number] => [[`sluice:${key}`], value];
const ofVersion = (version: string, key: string, value: unknown): StackEdits[number] => [
  ["sluice:versions", version, key],
  value,
];
const rolled = (version: string) => ofVersion(version, "image", "openresty/openresty:1.27.1.2-0-bookworm-fat");

const pace = (requestsPerSecond: number, keepAlive: boolean): Pace => ({
  intervalMilliseconds: 1000 / requestsPerSecond,
  keepAlive,
  connections: 20,
  seconds: 600,
});

/** Connections that are kept, as a browser or a proxy does it. */
const kept: readonly LoadedClient[] = [{ pace: pace(200, true) }];
/** A Service chooses a pod for each connection, so that it matters whether they are kept. */
const keptAndNew: readonly LoadedClient[] = [
  { name: "a connection a request", pace: pace(100, false) },
  { name: "20 connections, kept", pace: pace(100, true) },
];

const switches: readonly LoadedChange[] = [
  { name: "switch, blue → green", edits: [set("activeColor", "green")] },
  { name: "switch back", edits: [set("activeColor", "blue")] },
];
const scaleDown = set("retireIdle", "scaleDown");

/** Every kind of change that must lose no request. */
export const loadedCases: readonly LoadedCase[] = [
  {
    name: "canary by Ingress",
    source: "Pulumi.dev.yaml",
    clients: kept,
    changes: [
      // What `sluice up` itself takes of the machine shows in the latency: this tells it from what the traffic does.
      { name: "nothing, to compare with", edits: [] },
      { name: "weight 10 → 60", edits: [set("canaryWeight", 60)] },
      { name: "weight 60 → 10", edits: [set("canaryWeight", 10)] },
      { name: "image of the canary", edits: [rolled("v2")] },
      { name: "image of stable", edits: [rolled("v1")] },
      { name: "promotion", edits: [set("stable", "v2"), set("canary", null), set("canaryWeight", null)] },
      { name: "rollback", edits: [set("stable", "v1")] },
      { name: "a trial begins", edits: [set("canary", "v2"), set("canaryWeight", 10)] },
    ],
  },
  {
    name: "blue-green by Ingress",
    source: "examples/Pulumi.blue-green-ingress.yaml",
    clients: kept,
    changes: switches,
  },
  {
    name: "blue-green by Service",
    source: "examples/Pulumi.blue-green.yaml",
    clients: keptAndNew,
    changes: [
      ...switches,
      { name: "green, idle, scaled down", edits: [scaleDown] },
      { name: "switch, and blue scaled down", edits: [set("activeColor", "green")] },
    ],
  },
  {
    name: "replica ratio",
    source: "examples/Pulumi.replica-ratio.yaml",
    clients: keptAndNew,
    changes: [
      { name: "promotion", edits: [set("stable", "v1-28"), set("canary", null), ofVersion("v1-28", "replicas", 3)] },
      { name: "rollback", edits: [set("stable", "v1-27")] },
    ],
  },
];
