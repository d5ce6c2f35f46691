import assert from "node:assert/strict";
import { readinessOf } from "../../../preflight/readiness";
import type { Manifest } from "../../../render/manifest";

type Fields = Record<string, unknown>;

function live(kind: string, status: Fields, spec: Fields = {}, generation?: number): Manifest {
  return { apiVersion: "v1", kind, metadata: { name: "a", generation }, spec, status };
}

const three = { replicas: 3 };
const rolled = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3, readyReplicas: 3 };
const daemons = { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
const stuck = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" };
const established = { conditions: [{ type: "Established", status: "True" }] };

const flaggers = (status: Fields): Manifest => ({ ...live("Canary", status), apiVersion: "flagger.app/v1beta1" });

type Said = readonly [type: string, status: string, generation?: number, reason?: string];
const conditionsOf = (...all: readonly Said[]) => ({
  conditions: all.map(([type, status, observedGeneration = 2, reason = "Why"]) => ({
    type,
    status,
    observedGeneration,
    reason,
    message: "because",
  })),
});
const ofGatewayApi = (kind: string, status: Fields, spec: Fields = {}): Manifest => ({
  ...live(kind, status, spec, 2),
  apiVersion: "gateway.networking.k8s.io/v1",
});
const attachedTo = (...parents: readonly Fields[]) => ({ parents });
const oneParent = { parentRefs: [{ name: "a" }] };
const twoParents = { parentRefs: [{ name: "a" }, { name: "b" }] };
const taken = conditionsOf(["Accepted", "True"], ["ResolvedRefs", "True"]);

/** What is asked, the live object, and what it waits for; nothing where it is ready. */
const cases: [string, Manifest, RegExp | undefined][] = [
  ["a Deployment that is rolled out", live("Deployment", rolled, three, 2), undefined],
  ["a Deployment not seen yet", live("Deployment", rolled, three, 3), /not seen the change/],
  ["a Deployment without status", live("Deployment", {}, three, 1), /not seen the change/],
  ["a Deployment half new", live("Deployment", { ...rolled, updatedReplicas: 1 }, three, 2), /1 of 3 pods are new/],
  ["a Deployment with old pods", live("Deployment", { ...rolled, replicas: 4 }, three, 2), /1 old pods/],
  [
    "a Deployment not available",
    live("Deployment", { ...rolled, availableReplicas: 2 }, three, 2),
    /2 of 3 pods are ready/,
  ],
  ["a Deployment of no pods", live("Deployment", { observedGeneration: 1 }, { replicas: 0 }, 1), undefined],
  ["a Canary that nobody has taken up", flaggers({}), /Flagger has not taken it up yet/],
  ["a Canary whose pods Flagger waits for", flaggers({ phase: "Initializing" }), /Flagger waits for its pods/],
  ["a Canary that Flagger has set up", flaggers({ phase: "Initialized" }), undefined],
  ["a Canary whose rollout goes on", flaggers({ phase: "Progressing" }), undefined],
  ["a Canary whose rollout failed", flaggers({ phase: "Failed" }), undefined],
  ["a Canary of somebody else's", live("Canary", {}), undefined],
  ["a GatewayClass that is accepted", ofGatewayApi("GatewayClass", conditionsOf(["Accepted", "True"])), undefined],
  ["a GatewayClass that nobody has seen", ofGatewayApi("GatewayClass", {}), /it is not Accepted yet/],
  [
    "a GatewayClass that waits",
    ofGatewayApi("GatewayClass", conditionsOf(["Accepted", "Unknown"])),
    /it is not Accepted yet/,
  ],
  [
    "a Gateway that is programmed",
    ofGatewayApi("Gateway", conditionsOf(["Accepted", "True"], ["Programmed", "True"])),
    undefined,
  ],
  [
    "a Gateway that is accepted only",
    ofGatewayApi("Gateway", conditionsOf(["Accepted", "True"], ["Programmed", "False", 2, "AddressNotAssigned"])),
    /it is not Programmed: AddressNotAssigned, because/,
  ],
  [
    "a Gateway whose change nobody has seen",
    ofGatewayApi("Gateway", conditionsOf(["Accepted", "True", 1], ["Programmed", "True", 1])),
    /Accepted is not said of this change yet/,
  ],
  ["a Gateway of Istio's", { ...live("Gateway", {}), apiVersion: "networking.istio.io/v1" }, undefined],
  ["an HTTPRoute that is taken", ofGatewayApi("HTTPRoute", attachedTo(taken), oneParent), undefined],
  [
    "an HTTPRoute that nobody has taken up",
    ofGatewayApi("HTTPRoute", {}, oneParent),
    /no implementation of Gateway API has taken it up yet: does one run in this cluster\?/,
  ],
  [
    "an HTTPRoute that one of two Gateways has taken up",
    ofGatewayApi("HTTPRoute", attachedTo(taken), twoParents),
    /no implementation/,
  ],
  [
    "an HTTPRoute that the second Gateway refuses",
    ofGatewayApi(
      "HTTPRoute",
      attachedTo(taken, conditionsOf(["Accepted", "False", 2, "NoMatchingListenerHostname"], ["ResolvedRefs", "True"])),
      twoParents,
    ),
    /it is not Accepted: NoMatchingListenerHostname, because/,
  ],
  [
    "an HTTPRoute whose Service is not there",
    ofGatewayApi(
      "HTTPRoute",
      attachedTo(conditionsOf(["Accepted", "True"], ["ResolvedRefs", "False", 2, "BackendNotFound"])),
      oneParent,
    ),
    /it is not ResolvedRefs: BackendNotFound/,
  ],
  [
    "an HTTPRoute whose change nobody has seen",
    ofGatewayApi(
      "HTTPRoute",
      attachedTo(conditionsOf(["Accepted", "True", 1], ["ResolvedRefs", "True", 1])),
      oneParent,
    ),
    /is not said of this change yet/,
  ],
  ["a StatefulSet that is ready", live("StatefulSet", rolled, three, 2), undefined],
  [
    "a StatefulSet that is not",
    live("StatefulSet", { ...rolled, readyReplicas: 0 }, three, 2),
    /0 of 3 pods are ready/,
  ],
  ["a DaemonSet that is rolled out", live("DaemonSet", daemons, {}, 1), undefined],
  ["a DaemonSet not seen yet", live("DaemonSet", daemons, {}, 2), /not seen the change/],
  ["a DaemonSet half new", live("DaemonSet", { ...daemons, updatedNumberScheduled: 1 }, {}, 1), /1 of 2 pods are new/],
  ["a DaemonSet not available", live("DaemonSet", { ...daemons, numberAvailable: 1 }, {}, 1), /1 of 2 pods are ready/],
  ["an established kind", live("CustomResourceDefinition", established), undefined],
  ["a kind not yet established", live("CustomResourceDefinition", { conditions: [] }), /not established/],
  ["a Service without an address of its own", live("Service", {}, { type: "ClusterIP" }), undefined],
  ["a LoadBalancer without address", live("Service", { loadBalancer: {} }, { type: "LoadBalancer" }), /no address/],
  [
    "a LoadBalancer with an address",
    live("Service", { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } }, { type: "LoadBalancer" }),
    undefined,
  ],
  ["a namespace", live("Namespace", { phase: "Active" }), undefined],
  ["a namespace that is going", live("Namespace", { phase: "Terminating" }), /being deleted/],
  ["any other object", live("ConfigMap", {}), undefined],
];

describe("readinessOf", () => {
  for (const [title, object, expected] of cases)
    it(`${expected ? "waits for" : "is content with"} ${title}`, () => {
      const { waitingFor, isFinal } = readinessOf(object);
      assert.equal(isFinal, false);
      if (expected) assert.match(waitingFor ?? "", expected);
      else assert.equal(waitingFor, undefined);
    });

  it("gives a Deployment up whose rollout exceeded its deadline", () => {
    const { waitingFor, isFinal } = readinessOf(live("Deployment", { ...rolled, conditions: [stuck] }, three, 2));
    assert.equal(isFinal, true);
    assert.match(waitingFor ?? "", /does not progress: timed out/);
  });

  it("does not give it up for the deadline of an earlier rollout", () => {
    assert.equal(readinessOf(live("Deployment", { ...rolled, conditions: [stuck] }, three, 3)).isFinal, false);
  });
});
