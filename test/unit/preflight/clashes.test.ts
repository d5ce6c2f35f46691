import assert from "node:assert/strict";
import { ConfigError } from "../../../config/problems";
import { findClashes, findMissingSecrets } from "../../../preflight/clashes";
import { compileObjects } from "../../../render/compile";
import { evaluateProgram } from "../../../render/evaluate";
import { keyOfManifest, type Manifest } from "../../../render/manifest";
import { FakeCluster } from "../support/fake-cluster";
import { manifest } from "../support/manifests";
import { flaggerStack, gatewayStack, smallStack, type RawConfig } from "../support/stacks";

const ingress = (name: string, host: string, service: string, namespace = "demo", className = "nginx"): Manifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name, namespace },
  spec: {
    ingressClassName: className,
    rules: [{ host, http: { paths: [{ path: "/", backend: { service: { name: service } } }] } }],
  },
});

const service = (name: string, nodePort: number): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "other" },
  spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
});

const blueGreen = {
  "sluice:strategy": "blueGreen",
  "sluice:router": "service",
  "sluice:nodePort": 30080,
  "sluice:previewNodePort": 30081,
  "sluice:colors": { blue: "v1", green: "v2" },
  "sluice:activeColor": "blue",
  "sluice:workload": "myapp",
  "sluice:versions": { v1: { image: "a:1" }, v2: { image: "a:2" } },
};

describe("objects of others that would change what a plan means", function () {
  this.timeout(60_000);
  let cluster: FakeCluster;
  beforeEach(() => {
    cluster = new FakeCluster();
    own.clear();
  });
  afterEach(() => cluster.remove());

  /** What the stack made, by its updates. */
  const own = new Set<string>();
  const objectsOf = async (config: RawConfig) => {
    const { resources } = await evaluateProgram({ stack: "test", config });
    return (await compileObjects(resources, () => Promise.resolve([]))).flat();
  };
  const up = async (config: RawConfig) => {
    for (const one of await objectsOf(config)) {
      cluster.put(one);
      own.add(keyOfManifest(one));
    }
  };
  const preview = async (config: RawConfig = smallStack()) => {
    const objects = await objectsOf(config);
    const clashes = await findClashes(cluster.kubectl(), objects, (key) => own.has(key));
    if (clashes.length > 0) throw new ConfigError(clashes);
    return { warnings: await findMissingSecrets(cluster.kubectl(), objects) };
  };

  it("a rule for the same host and path is refused, in whatever namespace it is", async () => {
    cluster.put(ingress("shop", "www.test.com", "shop", "other"));
    await assert.rejects(preview(), /sluice:host is "www\.test\.com": .*Ingress other\/shop has \/ already/);
  });

  it("the same rule is none of others' where Flagger made it for the stack's own Canary", async () => {
    const made = ingress("nginx-canary", "www.test.com", "nginx-canary");
    const ownedBy = (name: string) => ({
      ownerReferences: [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name }],
    });
    cluster.put({ ...made, metadata: { ...made.metadata, ...ownedBy("nginx") } });
    await preview(flaggerStack());
    cluster.put({ ...made, metadata: { ...made.metadata, ...ownedBy("shop") } });
    await assert.rejects(preview(flaggerStack()), /Ingress demo\/nginx-canary has \/ already/);
  });

  it("the same rule for another controller is none of the plan's", async () => {
    cluster.put(ingress("shop", "www.test.com", "shop", "other", "internal"));
    await preview();
  });

  it("another host or path is fine", async () => {
    cluster.put(ingress("shop", "shop.test.com", "shop"));
    await preview();
  });

  it("a Service that another Ingress leads to is refused, as a canary's rules are kept by Service", async () => {
    cluster.put(ingress("shop", "shop.test.com", "nginx-v1"));
    await assert.rejects(preview(), /sluice:workload is "nginx": .*Ingress demo\/shop leads to nginx-v1 as well/);
  });

  it("a Service of the same name in another namespace is another one", async () => {
    cluster.put(ingress("shop", "shop.test.com", "nginx-v1", "other"));
    await preview();
  });

  it("a Service that an Ingress of another class leads to is shared with another controller, which leaks nothing", async () => {
    cluster.put(ingress("shop", "shop.test.com", "nginx-v1", "demo", "internal"));
    await preview();
  });

  it("without a canary a shared Service leaks nothing", async () => {
    cluster.put(ingress("shop", "shop.test.com", "nginx-v1"));
    await preview(smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined }));
  });

  it("a node port that another Service has is refused, the preview's too", async () => {
    cluster.put(service("first", 30080));
    cluster.put(service("second", 30081));
    await assert.rejects(preview(blueGreen), (error: Error) => {
      assert.match(error.message, /sluice:nodePort is 30080: .*Service other\/first has it/);
      assert.match(error.message, /sluice:previewNodePort is 30081: .*Service other\/second has it/);
      return true;
    });
  });

  it("the stack's own objects are no clash, neither those that stay nor those that go", async () => {
    await up(smallStack());
    await preview();
    await preview(smallStack({ "sluice:workload": "web" }));
    await up(blueGreen);
    await preview({ ...blueGreen, "sluice:activeColor": "green" });
  });

  it("an old Service of the stack's own is in the way while it has the port", async () => {
    await up(blueGreen);
    await assert.rejects(preview({ ...blueGreen, "sluice:workload": "web" }), /Service default\/myapp has it/);
  });

  const tls = { "sluice:tls": [{ secretName: "www", hosts: ["www.test.com"] }] };
  const redirects = ["HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"].map((name) => ({ name }));
  const ofGatewayApi = [
    manifest("CustomResourceDefinition", "httproutes.gateway.networking.k8s.io"),
    manifest("GatewayClass", "any", {
      apiVersion: "gateway.networking.k8s.io/v1",
      status: { supportedFeatures: redirects },
    }),
  ];
  const secured = { "an Ingress": smallStack(tls), "a Gateway": gatewayStack(tls) };
  for (const [what, config] of Object.entries(secured))
    it(`warns of a certificate's Secret that ${what} names and that is not there, and is silent once it is`, async () => {
      for (const one of ofGatewayApi) cluster.put(one);
      const { warnings } = await preview(config);
      assert.deepEqual(warnings, [
        "Secret demo/www is not there: until it is, the controller serves a certificate of its own",
      ]);
      cluster.put({ apiVersion: "v1", kind: "Secret", metadata: { name: "www", namespace: "demo" } });
      assert.deepEqual((await preview(config)).warnings, []);
    });
});
