import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import type { Application } from "../../../kubernetes/application";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { ConfigError } from "../../../config/problems";
import { evaluateProgram } from "../../../render/evaluate";
import { routeObjects, routePatches } from "../../../routers";
import { selects } from "../../../workloads/find";
import { matches, originalSelector, partedLabels, partingLabels } from "../../../workloads/live";
import { asApplied } from "../../../workloads/live-objects";
import { versionObjects } from "../../../workloads/versions";
import { liveShop, liveStack, shopLabels } from "../support/live-shop";
import type { RawConfig } from "../support/stacks";

function applicationOf(raw: RawConfig): Application {
  const { application } = parseStackConfig(raw);
  assert.ok(application);
  return application;
}

function problemsOf(raw: RawConfig): string {
  try {
    parseStackConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

const noCanary = { "sluice:canary": undefined, "sluice:canaryWeight": undefined };

const policy = (podSelector: object): ClusterObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "front", namespace: "store" },
  spec: { podSelector },
});

describe("what is live, as somebody could apply it", () => {
  it("has nothing that the API server and controllers add, and everything else", () => {
    const [deployment, service] = asApplied(liveShop(), "Deployment/shop");
    assert.deepEqual(deployment?.metadata, {
      name: "shop",
      namespace: "store",
      annotations: { "team.example/owner": "front" },
    });
    assert.deepEqual((deployment?.["spec"] as { template: { metadata: object } }).template.metadata, {
      labels: shopLabels,
    });
    assert.equal("status" in (deployment ?? {}), false);
    assert.deepEqual(service?.["spec"], {
      type: "ClusterIP",
      selector: { app: "shop" },
      ports: [{ name: "web", port: 80, targetPort: "web" }],
    });
  });

  it("has nothing that a stack has made beside it", async () => {
    const made = async (raw: RawConfig) => {
      const { resources } = await evaluateProgram({ stack: "shop", config: raw });
      return resources.map(({ inputs }) => inputs as unknown as ClusterObject).filter(({ kind }) => kind !== undefined);
    };
    const back = { "sluice:stable": "v2", "sluice:canary": "v1" };
    const inside = liveShop().filter(({ kind }) => kind !== "Ingress");
    const ours = [
      ...(await made(liveStack(back))),
      ...(await made(liveStack({ "sluice:host": "shop.example.com" }, inside))),
    ].filter(({ kind, metadata }) => kind !== "ConfigMap" && !(kind === "Service" && metadata.name === "shop"));
    assert.ok(ours.some(({ kind }) => kind === "Ingress"));
    assert.deepEqual(asApplied(ours, "Deployment/shop").map(({ kind }) => kind).length, ours.length);
    assert.deepEqual(asApplied([...liveShop(), ...ours], "Deployment/shop"), asApplied(liveShop(), "Deployment/shop"));
  });

  it("has the Services' selectors as they were, whichever version they lead to now", () => {
    const live = { version: "v1", parting: ["app"] };
    const long = "a-name-of-many-characters-that-a-label-can-just-have-as-value";
    for (const value of ["shop", "v2.sluice", long, ""]) {
      const labels = { app: value, tier: "front" };
      const parted = partedLabels(labels, "v2", live);
      assert.notEqual(parted["app"], value);
      assert.match(parted["app"] ?? "", /^[a-z0-9]([-._a-z0-9]{0,61}[a-z0-9])?$/);
      assert.deepEqual(originalSelector(parted, labels), labels);
      assert.deepEqual(originalSelector(labels, labels), labels);
    }
    assert.deepEqual(originalSelector({ app: "other.sluice.v2" }, { app: "shop" }), { app: "other.sluice.v2" });
  });
});

describe("the labels that part versions from what is live", () => {
  const service = (selector: Record<string, string>) => ({ spec: { selector } });
  const partingOf = (workload: object, ...selectors: Record<string, string>[]) =>
    partingLabels({
      workload: { spec: { selector: workload } },
      services: selectors.map(service),
      budgets: [],
    } as unknown as Application);

  it("are as few as there can be so that no selector of the live pods selects others", () => {
    assert.deepEqual(partingOf({ matchLabels: { app: "shop", tier: "front" } }, { app: "shop" }), ["app"]);
    assert.deepEqual(partingOf({ matchLabels: { app: "shop" } }, { tier: "front" }), ["app", "tier"]);
    assert.deepEqual(
      partingOf(
        { matchExpressions: [{ key: "app", operator: "In", values: ["shop"] }] },
        { tier: "front", app: "shop" },
      ),
      ["app"],
    );
  });

  it("can't be had of a selector without values", () => {
    assert.equal(partingOf({ matchExpressions: [{ key: "app", operator: "Exists" }] }), undefined);
  });

  it("are others than those that a NetworkPolicy asks for, if there are others", () => {
    const selector = { matchLabels: { app: "shop", tier: "front" } };
    const deployment = { ...liveShop()[0], spec: { ...(liveShop()[0]?.["spec"] as object), selector } };
    const spec = { ...(liveShop()[1]?.["spec"] as object), selector: selector.matchLabels };
    const changes = { deployment, service: { ...liveShop()[1], spec } };
    const without = applicationOf(liveStack({}, liveShop(changes)));
    const avoiding = liveShop({ ...changes, policy: policy({ matchLabels: { app: "shop" } }) });
    assert.deepEqual(without.live?.parting, ["app"]);
    assert.deepEqual(applicationOf(liveStack({}, avoiding)).live?.parting, ["tier"]);
  });
});

describe("versions beside what is live", () => {
  it("are selected by nothing of what is live, and by their own selectors alone", () => {
    const application = applicationOf(liveStack());
    const config = parseStackConfig(liveStack()).versions["v2"];
    assert.ok(config);
    const { deployment } = versionObjects(application, "v2", config);
    const labels = deployment.spec.template.metadata?.labels ?? {};
    assert.equal(deployment.metadata.name, "shop-v2");
    assert.equal(deployment.spec.template.spec.containers[0]?.image, "registry.example/shop:2");
    assert.deepEqual(labels, {
      app: "shop.sluice.v2",
      tier: "front",
      "sluice.dev/workload": "shop",
      "sluice.dev/version": "v2",
    });
    for (const { spec } of application.services) assert.ok(!selects(spec.selector, labels));
    assert.ok(!matches(application.workload.spec.selector, labels));
    assert.ok(matches(deployment.spec.selector, labels));
    assert.ok(!matches(deployment.spec.selector, shopLabels));
  });

  it("come without an object of what is live: a stack makes its own, and sets the Service's selector", async () => {
    const made = async (changes: RawConfig) => {
      const { resources } = await evaluateProgram({ stack: "shop", config: liveStack(changes) });
      return resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, inputs }) => `${type.split(":").at(-1)} ${(inputs["metadata"] as { name: string }).name}`)
        .sort();
    };
    assert.deepEqual(await made({ ...noCanary, "sluice:versions": { v1: {} } }), [
      "ConfigMap sluice-adopted-shop",
      "ServicePatch shop",
    ]);
    assert.deepEqual(await made({}), [
      "ConfigMap sluice-adopted-shop",
      "Deployment shop-v2",
      "Ingress shop-canary",
      "Service shop-canary",
      "ServicePatch shop",
    ]);
  });

  it("have an autoscaler and a budget each of their own, which are not those of what is live", () => {
    const about = (kind: string, apiVersion: string, spec: object): ClusterObject => ({
      ...{ apiVersion, kind, metadata: { name: "shop", namespace: "store" } },
      spec,
    });
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "shop" };
    const objects = liveShop({
      autoscaler: about("HorizontalPodAutoscaler", "autoscaling/v2", {
        minReplicas: 2,
        maxReplicas: 9,
        scaleTargetRef,
      }),
      budget: about("PodDisruptionBudget", "policy/v1", {
        maxUnavailable: 1,
        selector: { matchLabels: { app: "shop" } },
      }),
    });
    const { application, versions } = parseStackConfig(liveStack({}, objects));
    assert.ok(application && versions["v2"]);
    const { deployment, autoscalers, budgets } = versionObjects(application, "v2", versions["v2"]);
    const [autoscaler] = autoscalers.map(({ spec }) => spec as { scaleTargetRef: { name: string } });
    const [budget] = budgets.map(({ spec }) => spec as { selector: object });
    assert.equal(autoscaler?.scaleTargetRef.name, "shop-v2");
    const labels = deployment.spec.template.metadata?.labels ?? {};
    assert.ok(budget && matches(budget.selector, labels) && !matches(budget.selector, shopLabels));
    for (const { spec } of application.budgets)
      assert.ok(!matches((spec as { selector: object }).selector, labels), "the live budget counts the version's pods");
  });

  it("get the Service by its selector's values, and give it back as it was", () => {
    const selectorOf = (stable: string) => {
      const config = parseStackConfig(liveStack({ "sluice:stable": stable, ...noCanary }));
      const objects = routeObjects({ config, plan: config.plan, title: config.workload });
      return objects.find(({ isPart }) => isPart)?.spec;
    };
    assert.deepEqual(selectorOf("v1"), { selector: { app: "shop" } });
    assert.deepEqual(selectorOf("v2"), { selector: { app: "shop.sluice.v2" } });
  });

  it("move by patches of the routes, there and back", () => {
    const config = parseStackConfig(liveStack(noCanary));
    const promoted = parseStackConfig(liveStack({ "sluice:stable": "v2", ...noCanary }));
    const there = routePatches(config, config.plan, promoted.plan);
    const back = routePatches(config, promoted.plan, config.plan);
    const selectorOf = (patches: typeof there) => patches?.find(({ name }) => name === "shop")?.patch["spec"];
    assert.deepEqual(selectorOf(there), { selector: { app: "shop.sluice.v2" } });
    assert.deepEqual(selectorOf(back), { selector: { app: "shop" } });
  });
});

describe("an adoption that can't be", () => {
  it("is refused without a version that is the live workload, with two, and with a number of pods for it", () => {
    const versions = (given: object) => problemsOf(liveStack({ "sluice:versions": given }));
    assert.match(
      versions({ v1: { image: "a:1" }, v2: { image: "a:2" } }),
      /sluice:versions .* which is the live Deployment\/shop itself/,
    );
    assert.match(versions({ v1: {}, v2: {} }), /sluice:versions\.v2 .*must have an image or a patch/);
    assert.match(
      versions({ v1: { replicas: 2 }, v2: { image: "a:2" } }),
      /sluice:versions\.v1\.replicas .*kubectl scale/,
    );
  });

  it("is refused if nothing says how many pods a version needs", () => {
    const spec = { ...(liveShop()[0]?.["spec"] as object), replicas: 0 };
    const empty = liveShop({ deployment: { ...liveShop()[0], spec } });
    assert.match(problemsOf(liveStack({}, empty)), /sluice:versions\.v2\.replicas is missing: it must be set/);
  });

  it("is refused without the workload, and for a workload of another kind", () => {
    const named = (live: string) => problemsOf(liveStack({ "sluice:from": { live, objects: liveShop() } }));
    assert.match(
      named("Deployment/shopp"),
      /sluice:from\.live is "Deployment\/shopp": it must be one of the objects: Deployment\/shop/,
    );
    assert.match(named("Service/shop"), /sluice:from\.live is "Service\/shop": it must be a Deployment/);
  });

  it("is refused if a Service selects others too, of whatever kind", () => {
    const other = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "cart", namespace: "store" },
      spec: { template: { metadata: { labels: { app: "shop" } } } },
    };
    assert.match(
      problemsOf(liveStack({}, liveShop({ other }))),
      /Service\/shop selects the pods of StatefulSet\/cart too/,
    );
  });

  it("is refused without a cluster, with what to do", () => {
    const from = { live: "Deployment/shop" };
    assert.match(problemsOf(liveStack({ "sluice:from": from })), /sluice:from\.live .*sluice adopt --write FOLDER/);
  });

  it("is refused beside a chart, and with the workload named twice", () => {
    const from = (more: object) => problemsOf(liveStack({ "sluice:from": { live: "Deployment/shop", ...more } }));
    assert.match(from({ chart: "./chart" }), /sluice:from\.live .*beside sluice:from\.chart/);
    assert.match(
      from({ workload: "Deployment/shop", objects: [] }),
      /sluice:from\.workload .*beside sluice:from\.live/,
    );
  });
});
