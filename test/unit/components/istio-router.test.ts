import assert from "node:assert/strict";
import { at, namesOf, objectOf, runProgram } from "../support/programs";
import { blueGreenStack, smallStack, type RawConfig } from "../support/stacks";

const inMesh = (changes: RawConfig = {}) => runProgram(smallStack({ "sluice:router": "istio", ...changes }));

const limitsOf = async (timeouts: object | undefined, retries?: object) => {
  const program = await inMesh({ "sluice:route": { timeouts, retries } });
  const rule = at(objectOf(program, "VirtualService", "nginx").inputs, "spec", "http", 0);
  return { timeout: at(rule, "timeout"), retries: at(rule, "retries") };
};

describe("IstioRouter", () => {
  it("has a version known before there are pods, and pods before a route leads to them", async () => {
    const program = await inMesh();
    assert.deepEqual(namesOf(program, "DestinationRule"), ["nginx-v1", "nginx-v2"]);
    for (const version of ["v1", "v2"]) {
      const known = objectOf(program, "DestinationRule", `nginx-${version}`);
      assert.ok(objectOf(program, "Deployment", `nginx-${version}`).dependencies.includes(known.urn));
      const inside = objectOf(program, "VirtualService", "nginx-inside");
      assert.ok(inside.dependencies.includes(objectOf(program, "Deployment", `nginx-${version}`).urn));
      assert.ok(inside.dependencies.includes(known.urn));
      assert.ok(objectOf(program, "VirtualService", "nginx").dependencies.includes(inside.urn));
    }
  });

  it("keeps a color known that is left and has no objects any more", async () => {
    const left = { "sluice:router": "istio", "sluice:retireIdle": "remove" };
    const program = await runProgram(blueGreenStack(left));
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx-v1"]);
    assert.deepEqual(namesOf(program, "DestinationRule"), ["nginx-v1", "nginx-v2"]);
  });

  it("leads calls inside the mesh to the version that serves", async () => {
    const { inputs } = objectOf(await inMesh(), "VirtualService", "nginx-inside");
    assert.deepEqual(at(inputs, "spec"), {
      hosts: ["nginx"],
      http: [{ route: [{ destination: { host: "nginx", subset: "v1" } }] }],
    });
  });

  it("keeps users with a pod of their version where there is affinity", async () => {
    const program = await inMesh({ "sluice:affinity": { mode: "cookie", cookie: "release" } });
    assert.deepEqual(at(objectOf(program, "DestinationRule", "nginx-v2").inputs, "spec"), {
      host: "nginx",
      subsets: [
        {
          name: "v2",
          labels: { version: "v2" },
          trafficPolicy: {
            loadBalancer: { consistentHash: { httpCookie: { name: "release-pod", path: "/", ttl: "0s" } } },
          },
        },
      ],
    });
  });

  it("makes a try's time the whole request's where there are no retries, as Istio forgets it then", async () => {
    assert.deepEqual(await limitsOf(undefined), { timeout: undefined, retries: undefined });
    assert.deepEqual(await limitsOf({ request: "10s" }), { timeout: "10s", retries: undefined });
    assert.deepEqual(await limitsOf({ backend: "900ms" }), { timeout: "900ms", retries: { attempts: 0 } });
    assert.deepEqual(await limitsOf({ request: "10s", backend: "900ms" }), {
      timeout: "900ms",
      retries: { attempts: 0 },
    });
    assert.deepEqual(await limitsOf({ request: "10s", backend: "3s" }, { attempts: 2, codes: [503] }), {
      timeout: "10s",
      retries: { attempts: 2, perTryTimeout: "3s", retryOn: "connect-failure,refused-stream,503" },
    });
  });
});
