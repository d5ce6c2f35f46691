import { set, without, type StackChange } from "./stack";

const sticky = [set("affinity/mode", "cookie"), ...without("clientMatch")];

/** What a stack in a mesh may say of its users, as changes of the example. */
export const istioPlans: Readonly<Record<string, readonly StackChange[]>> = {
  "the example as it is": [],
  "several addresses and ranges": [set("clientMatch", ["192.168.0.58", "10.1.0.0/16", "172.16.5.0/22"])],
  "a weight with affinity": [...sticky, set("canaryWeight", 10)],
  "a weight of more than a hundred parts": [...sticky, set("canaryWeight", 1), set("weightTotal", 1000)],
  "an exact header and a cookie": [
    set("headerMatch", { name: "Region", value: "shenzhen" }),
    set("cookieMatch", "beta"),
  ],
  "a header's pattern": [set("headerMatch", { name: "Region", pattern: "(?i)^(?:sh|bei)" })],
  "a header's always and never": [set("headerMatch", { name: "X-Beta" })],
  copies: [set("mirrorPercent", 25)],
  "a time for a try alone": [set("route/timeouts", { backend: "500ms" })],
  "times and retries": [
    set("route/timeouts", { request: "10s", backend: "2s" }),
    set("route/retries", { attempts: 3, codes: [502, 503] }),
  ],
  "certificates, and several hosts and paths": [
    set("route/tls", [{ secretName: "devices", hosts: ["devices.test.com"] }]),
    set("route/more", [
      { host: "api.test.com", path: "/v1", pathType: "Prefix" },
      { host: "api.test.com", path: "/status", pathType: "Exact" },
    ]),
  ],
  "no canary": without("canary", "clientMatch"),
  "blue and green with a preview": [
    ...without("stable", "canary", "clientMatch"),
    set("strategy", "blueGreen"),
    set("colors", { blue: "v1", green: "v2" }),
    set("activeColor", "blue"),
    set("route/previewHost", "preview.test.com"),
  ],
  "a color that is left and removed": [
    ...without("stable", "canary", "clientMatch"),
    set("strategy", "blueGreen"),
    set("colors", { blue: "v1", green: "v2" }),
    set("activeColor", "green"),
    set("retireIdle", "remove"),
  ],
};
