import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { IngressNginx } from "../../../components/ingress-nginx";
import { MetalLb } from "../../../components/metallb";
import type { ReleaseArgs, VersionArgs } from "../../../components/release-args";
import { Release } from "../../../components/release-component";
import type { ConfigKey, GivenValues } from "../../../config/schema";
import type { GivenVersion } from "../../../config/versions";
import { evaluateProgram, type EvaluatedProgram } from "../../../render/evaluate";
import { annotationsOf, at, chartOf, dependenciesOf, namesOf, objectOf, withWarnings } from "../support/programs";

/** Each fails to compile if there is an argument that is no key of a stack file. */
export const strayArgs: Record<Exclude<keyof ReleaseArgs, "ingress" | ConfigKey>, never> = {};
export const strayOfRoute: Stray<"route"> = {};
export const strayOfAffinity: Stray<"affinity"> = {};
export const strayOfService: Stray<"service"> = {};
export const strayOfVersions: Record<Exclude<keyof VersionArgs, keyof GivenVersion>, never> = {};

type Stray<Group extends "route" | "affinity" | "service"> = Record<
  Exclude<keyof NonNullable<ReleaseArgs[Group]>, keyof NonNullable<GivenValues[Group]>>,
  never
>;

const versions = {
  v1: { image: "registry.test/shop:1", port: 8080 },
  v2: { image: "registry.test/shop:2", port: 8080 },
};
const canary = { host: "shop.test", stable: "v1", canary: "v2", canaryWeight: 25, versions };

/** Runs a program whose outputs are those of one release. */
function run(make: () => Release | Promise<Release>): Promise<EvaluatedProgram> {
  const outputs = async () => {
    const { url, address, traffic } = await make();
    return { url, address, traffic };
  };
  return evaluateProgram({ stack: "test", config: {}, run: outputs });
}

describe("Release", () => {
  it("makes the versions and the routes as its own children, and says who gets what", async () => {
    const program = await run(() => new Release("shop", canary));
    assert.deepEqual(namesOf(program, "Deployment"), ["shop-v1", "shop-v2"]);
    const route = objectOf(program, "Ingress", "shop-canary");
    assert.equal(annotationsOf(route.inputs)["nginx.ingress.kubernetes.io/canary-weight"], "25");
    assert.equal(at(route.inputs, "spec", "ingressClassName"), "nginx");
    for (const { urn } of program.resources) assert.match(urn, /\$/, "it belongs to the stack itself");
    assert.deepEqual(program.outputs, {
      url: "http://shop.test/",
      address: undefined,
      traffic: ["http://shop.test/: 75% v1, 25% v2"],
    });
  });

  it("takes outputs of others wherever they go into objects", async () => {
    const program = await run(
      () =>
        new Release("shop", {
          ...canary,
          namespace: pulumi.output("team"),
          host: pulumi.interpolate`shop.${pulumi.output("example.com")}`,
          ingress: { className: pulumi.output("edge"), address: pulumi.output("10.0.0.1") },
          versions: {
            v1: versions.v1,
            v2: { image: Promise.resolve("registry.test/shop:3"), env: { TOKEN: pulumi.secret("hush") } },
          },
        }),
    );
    const pods = objectOf(program, "Deployment", "shop-v2").inputs;
    const container = at(pods, "spec", "template", "spec", "containers", 0);
    assert.equal(at(container, "image"), "registry.test/shop:3");
    assert.deepEqual(at(container, "env"), [{ name: "TOKEN", value: "hush" }]);
    const route = objectOf(program, "Ingress", "shop").inputs;
    assert.equal(at(route, "metadata", "namespace"), "team");
    assert.equal(at(route, "spec", "ingressClassName"), "edge");
    assert.equal(at(route, "spec", "rules", 0, "host"), "shop.example.com");
    assert.deepEqual(program.outputs, {
      url: "http://shop.example.com/",
      address: "10.0.0.1",
      traffic: ["http://shop.example.com/: 75% v1, 25% v2"],
    });
    assert.doesNotMatch(JSON.stringify(program), /sluice-input/);
  });

  it("serves a host by TLS that is the same output in both places", async () => {
    const program = await run(() => {
      const host = pulumi.output("shop.test");
      return new Release("shop", { ...canary, host, route: { tls: [{ secretName: "cert", hosts: [host] }] } });
    });
    assert.equal(program.outputs["url"], "https://shop.test/");
    assert.deepEqual(at(objectOf(program, "Ingress", "shop").inputs, "spec", "tls", 0, "hosts"), ["shop.test"]);
  });

  it("has blue-green and replica ratios as well", async () => {
    const colors = { blue: "v1", green: "v2" };
    const idle = "idle: v1 (blue) stays up, for a switch or a rollback";
    const blue = await run(
      () => new Release("shop", { strategy: "blueGreen", host: "shop.test", colors, activeColor: "green", versions }),
    );
    assert.deepEqual(blue.outputs["traffic"], ["http://shop.test/: 100% v2 (green)", idle]);
    const ratio = await run(
      () => new Release("shop", { strategy: "replicaRatio", stable: "v1", versions, service: { nodePort: 30080 } }),
    );
    assert.deepEqual(namesOf(ratio, "Deployment"), ["shop"]);
    assert.deepEqual(namesOf(ratio, "Ingress"), []);
  });

  it("takes an argument by its name of the release before, with a warning", async () => {
    const args = { ...canary, tls: [{ secretName: "cert", hosts: ["shop.test"] }] };
    const { result, said } = await withWarnings(() => run(() => new Release("shop", args)));
    assert.equal(result.outputs["url"], "https://shop.test/");
    assert.equal(said.length, 1);
    assert.match(said.join(), /sluice:tls is now sluice:route\.tls/);
  });

  it("gives every child its transformations, and what it must wait for", async () => {
    const seen: string[] = [];
    const program = await run(() => {
      const metallb = new MetalLb("metallb", { addresses: ["10.0.0.0/24"] });
      const ingress = new IngressNginx("edge", {}, { dependsOn: metallb });
      return new Release(
        "shop",
        { ...canary, ingress },
        {
          dependsOn: metallb,
          transformations: [
            ({ type, props, opts }) => {
              seen.push(type);
              return type === "kubernetes:core/v1:Service" ? { props: { ...props, added: "yes" }, opts } : undefined;
            },
          ],
        },
      );
    });
    assert.ok(seen.includes("kubernetes:networking.k8s.io/v1:Ingress"));
    assert.equal(objectOf(program, "Service", "shop-v1").inputs["added"], "yes");
    assert.ok(dependenciesOf(objectOf(program, "Deployment", "shop-v1")).includes("Chart metallb"));
    assert.ok(dependenciesOf(objectOf(program, "Ingress", "shop")).includes("Chart edge"));
    assert.ok(!dependenciesOf(objectOf(program, "Deployment", "shop-v1")).includes("Chart edge"));
  });

  it("refuses what a stack file can't have, with key, value and what is allowed", async () => {
    const wrong = { ...canary, canaryWeight: 101 };
    await assert.rejects(
      run(() => new Release("shop", wrong)),
      (error) =>
        pulumi.ResourceError.isInstance(error) &&
        error.hideStack === true &&
        /^sluice:canaryWeight is 101: it must be a whole number from 0 to 100/.test(error.message),
    );
    await assert.rejects(
      run(() => new Release("shop", { ...canary, canaryWait: 5 } as ReleaseArgs)),
      /sluice:canaryWait .* did you mean canaryWeight\?/,
    );
  });
});

describe("MetalLb and IngressNginx in a program of one's own", () => {
  it("take outputs, and name their resources after themselves", async () => {
    const program = await run(() => {
      new MetalLb("balancer", {
        addresses: pulumi.output(["10.0.0.0/24"]),
        pool: pulumi.output("mine"),
        version: pulumi.output("0.15.3"),
        values: { speaker: { logLevel: pulumi.output("debug") } },
      });
      const ingress = new IngressNginx("edge", {
        className: pulumi.output("edge"),
        replicas: pulumi.output(3),
        address: pulumi.output("10.0.0.9"),
      });
      return new Release("shop", { ...canary, ingress });
    });
    const { version, values } = chartOf(program, "balancer");
    assert.deepEqual([version, at(values, "speaker")], ["0.15.3", { frr: { enabled: false }, logLevel: "debug" }]);
    const names = program.resources.map(({ name }) => name);
    for (const name of ["balancer-system", "balancer-memberlist", "balancer-pool", "balancer-advertisement"])
      assert.ok(names.includes(name), name);
    assert.deepEqual(at(objectOf(program, "L2Advertisement", "sluice").inputs, "spec"), { ipAddressPools: ["mine"] });
    const controller = at(chartOf(program, "edge")["values"], "controller");
    assert.equal(at(controller, "replicaCount"), 3);
    assert.equal(at(controller, "service", "annotations", "metallb.io/loadBalancerIPs"), "10.0.0.9");
    assert.equal(at(objectOf(program, "Ingress", "shop").inputs, "spec", "ingressClassName"), "edge");
    assert.equal(program.outputs["address"], "10.0.0.9");
  });

  it("give the names of MetalLB's objects on to others", async () => {
    const make = () => {
      const { poolName, advertisementName } = new MetalLb("balancer", { addresses: ["10.0.0.0/24"], pool: "mine" });
      return Promise.resolve({ poolName, advertisementName });
    };
    const { outputs } = await evaluateProgram({ stack: "test", config: {}, run: make });
    assert.deepEqual(outputs, { poolName: "mine", advertisementName: "sluice" });
  });

  it("need no argument but addresses", async () => {
    const program = await run(() => new Release("shop", { ...canary, ingress: new IngressNginx("ingress-nginx") }));
    const controller = at(chartOf(program, "ingress-nginx")["values"], "controller");
    assert.equal(at(controller, "ingressClassResource", "name"), "nginx");
    assert.equal(at(controller, "service", "externalTrafficPolicy"), "Local");
    assert.equal(at(controller, "allowSnippetAnnotations"), false);
  });
});
