import assert from "node:assert/strict";
import type { Preview, UpdateResult } from "../../engine/engine";
import type { PlanVerdict } from "../../traffic/verdict";
import { during } from "./support/during";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, useLab, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { newLook, storefront, writeObjects } from "./support/own-objects";
import { removeStack, sessionOptions, set, without, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;
const host = "shop.test";
const namespace = "storefront";
const apiVersion = "gateway.networking.k8s.io/v1";

/** The team's own Gateway and HTTPRoute: two paths, of which one leads to the workload. */
const routes = [
  {
    ...{ apiVersion, kind: "Gateway", metadata: { name: "front" } },
    spec: { gatewayClassName: "traefik", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  },
  {
    ...{ apiVersion, kind: "HTTPRoute", metadata: { name: "shop", annotations: { "team.example/tier": "front" } } },
    spec: {
      parentRefs: [{ name: "front" }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          filters: [
            { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "X-Team", value: "shop" }] } },
          ],
          backendRefs: [{ name: "shop-window", port: 8000 }],
        },
        { matches: [{ path: { type: "PathPrefix", value: "/docs" } }], backendRefs: [{ name: "docs", port: 80 }] },
      ],
    },
  },
];

describe("an application behind its own HTTPRoute on the lab", function () {
  this.timeout(10 * minutes);

  const session = sessionOptions();
  let address = "";
  let found: string[] = [];
  const manifests = () => {
    const services = ["Service/shop-window", "Service/web-pods", "Service/docs"];
    const pods = ["ServiceAccount/storefront", "ConfigMap/looks", "Deployment/web", "Deployment/docs"];
    return writeObjects([...storefront(...pods, ...services, "PodDisruptionBudget/web"), ...routes]);
  };
  const edit = (...changes: readonly StackChange[]) =>
    writeStack([
      ...without("host", "workload", "rollout"),
      set("router", "gateway"),
      set("ingressController", { kind: "traefik" }),
      set("namespace", namespace),
      set("from", { manifests: manifests(), workload: "Deployment/web" }),
      set("versions", { v1: { answer: "look-v1" }, v2: { patch: newLook, answer: "look-v2" } }),
      ...changes,
    ]);
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);
  const asPlanned = async () => {
    const verdict = await sluiceJson<PlanVerdict>("verify", "--requests", "300", ...session);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
  };
  const rules = () => kubectl("get", "httproute", "shop", "-n", namespace, "-o", "jsonpath={.spec.rules}");

  before(async function () {
    await useLab(this, whyNoLab(), "traefik", "gateway-api");
    found = await objectsInCluster();
  });

  after(removeStack);

  it("comes up, gives the canary its share by a route beside it, and keeps its own", async () => {
    edit();
    const { outputs } = await up();
    address = outputs.address ?? assert.fail("the stack has no address");
    const own = await rules();
    await asPlanned();
    edit(set("headerMatch", { name: "Region" }), set("cookieMatch", "trial"));
    await up();
    await asPlanned();
    assert.equal(await rules(), own);
    assert.deepEqual(answersOf(await during(startLoad(address, host, { path: "/docs" }), asPlanned)), ["docs"]);
    assert.deepEqual((await sluiceJson<Preview>("preview", ...session)).changes, []);
  });

  it("shifts, goes back and is promoted without a lost request", async () => {
    const answers = await during(startLoad(address, host), async () => {
      await sluiceJson("shift", "--weight", "60", "--yes", ...session);
      await asPlanned();
      await sluiceJson("undo", "--yes", ...session);
      edit(set("stable", "v2"), ...without("canary", "canaryWeight"));
      await up();
      await asPlanned();
    });
    assert.deepEqual(answersOf(answers), ["look-v1", "look-v2"]);
    assert.deepEqual(answersOf(await startLoad(address, host).stop()), ["look-v2"]);
  });

  it("leaves the cluster as it was found", async () => {
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    await assertAsFound(found);
  });
});
