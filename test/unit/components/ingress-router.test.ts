import assert from "node:assert/strict";
import type { EvaluatedProgram, ProgramResource } from "../../../render/evaluate";
import { annotationsOf, at, dependenciesOf, namesOf, objectOf, runProgram, runStack } from "../support/programs";
import { smallStack, type RawConfig } from "../support/stacks";

const prefix = "nginx.ingress.kubernetes.io";

function pathOf({ inputs }: ProgramResource) {
  const rule = at(inputs, "spec", "rules", 0);
  const path = at(rule, "http", "paths", 0);
  return { host: at(rule, "host"), path: at(path, "path"), pathType: at(path, "pathType") };
}

const serviceOf = ({ inputs }: ProgramResource) =>
  at(inputs, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "name");

describe("IngressRouter", () => {
  let program: EvaluatedProgram;
  const mainline = () => objectOf(program, "Ingress", "nginx");
  const canary = () => objectOf(program, "Ingress", "nginx-canary");
  before(async () => (program = await runStack("dev")));

  it("gives mainline and canary the same host, path and pathType, and a Service each", () => {
    assert.deepEqual(pathOf(mainline()), { host: "www.test.com", path: "/", pathType: "Prefix" });
    assert.deepEqual(pathOf(canary()), pathOf(mainline()));
    assert.deepEqual([serviceOf(mainline()), serviceOf(canary())], ["nginx", "nginx-canary"]);
  });

  it("gives the canary a Service apart from its version's, with the same pods", () => {
    const { spec: { ports, selector } = {} } = objectOf(program, "Service", "nginx-canary").inputs as {
      spec?: Record<string, unknown>;
    };
    assert.deepEqual(
      [selector, ports],
      [{ app: "nginx", version: "v2" }, [{ name: "http", port: 80, targetPort: "http" }]],
    );
    assert.deepEqual(selector, at(objectOf(program, "Service", "nginx-v2").inputs, "spec", "selector"));
  });

  it("writes annotations on the canary alone, exactly these", () => {
    assert.deepEqual(annotationsOf(mainline().inputs), {});
    assert.deepEqual(annotationsOf(canary().inputs), {
      [`${prefix}/canary`]: "true",
      [`${prefix}/canary-weight`]: "10",
    });
  });

  it("chooses the controller by its class, in the workload's namespace", () => {
    for (const ingress of [mainline(), canary()]) {
      assert.equal(at(ingress.inputs, "spec", "ingressClassName"), "nginx");
      assert.equal(at(ingress.inputs, "metadata", "namespace"), "demo");
    }
  });

  it("waits for the pods that it leads to and for the entrance", () => {
    for (const [ingress, version] of [
      [mainline(), "v1"],
      [canary(), "v2"],
    ] as const) {
      const dependencies = dependenciesOf(ingress);
      for (const wanted of [`Deployment nginx-${version}`, `Service nginx-${version}`, "Chart ingress-nginx"])
        assert.ok(dependencies.includes(wanted), `${ingress.name} waits for ${wanted}`);
    }
    for (const wanted of ["Ingress nginx", "Service nginx-canary"])
      assert.ok(dependenciesOf(canary()).includes(wanted), wanted);
    assert.ok(dependenciesOf(objectOf(program, "Service", "nginx-canary")).includes("Deployment nginx-v2"));
  });

  it("takes path and pathType of the plan for both", async () => {
    const exact = await runStack("dev", { "sluice:path": "/shop", "sluice:route": { pathType: "Exact" } });
    for (const name of ["nginx", "nginx-canary"])
      assert.deepEqual(pathOf(objectOf(exact, "Ingress", name)), {
        host: "www.test.com",
        path: "/shop",
        pathType: "Exact",
      });
  });

  it("has no canary Ingress where there is no canary, and leads to stable", async () => {
    const changes = { "sluice:canary": undefined, "sluice:canaryWeight": undefined, "sluice:stable": "v2" };
    const without = await runStack("dev", changes);
    assert.deepEqual(namesOf(without, "Ingress"), ["nginx"]);
    assert.equal(serviceOf(objectOf(without, "Ingress", "nginx")), "nginx");
    const selector = at(objectOf(without, "Service", "nginx").inputs, "spec", "selector");
    assert.deepEqual(selector, { app: "nginx", version: "v2" });
    assert.deepEqual(namesOf(without, "Service"), ["nginx", "nginx-v1", "nginx-v2"]);
  });

  it("works for a controller that is there already", async () => {
    const controller = { kind: "existing", className: "internal" };
    const existing = await runProgram(smallStack({ "sluice:ingressController": controller }));
    assert.equal(at(objectOf(existing, "Ingress", "nginx").inputs, "spec", "ingressClassName"), "internal");
    assert.deepEqual(namesOf(existing, "IngressClass"), []);
    assert.equal(existing.outputs["address"], undefined);
  });
});

describe("IngressRouter by a canary's settings", () => {
  const ingresses = async (changes: RawConfig) => {
    const program = await runProgram(smallStack(changes));
    return [objectOf(program, "Ingress", "nginx").inputs, objectOf(program, "Ingress", "nginx-canary").inputs] as const;
  };

  it("gives mainline and canary the same rules for several routes, a rule a host", async () => {
    const routes = [{ path: "/api", pathType: "Exact" }, { host: "*.test.cn" }];
    const [mainline, canary] = await ingresses({ "sluice:path": "/shop", "sluice:route": { more: routes } });
    const rules = (service: string) => {
      const backend = { service: { name: service, port: { number: 80 } } };
      return [
        {
          host: "www.test.com",
          http: {
            paths: [
              { path: "/shop", pathType: "Prefix", backend },
              { path: "/api", pathType: "Exact", backend },
            ],
          },
        },
        { host: "*.test.cn", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } },
      ];
    };
    assert.deepEqual(at(mainline, "spec", "rules"), rules("nginx"));
    assert.deepEqual(at(canary, "spec", "rules"), rules("nginx-canary"));
  });

  it("secures mainline and canary by the same Secrets, each with the hosts that a route has", async () => {
    const tls = [
      { secretName: "test-com", hosts: ["www.test.com"] },
      { secretName: "test-cn", hosts: ["*.test.cn"] },
    ];
    const both = await ingresses({ "sluice:route": { more: [{ host: "*.test.cn" }], tls } });
    for (const inputs of both) assert.deepEqual(at(inputs, "spec", "tls"), tls);
    for (const inputs of await ingresses({})) assert.equal("tls" in (at(inputs, "spec") as object), false);
  });

  it("tells the port and the address that users ask for, by https where the first route is secured", async () => {
    const tls = [{ secretName: "cert", hosts: ["www.test.com"] }];
    const secured = await runProgram(smallStack({ "sluice:route": { tls }, "sluice:path": "/shop" }));
    assert.deepEqual([secured.outputs["url"], secured.outputs["port"]], ["https://www.test.com/shop", 443]);
    const plain = await runProgram(smallStack());
    assert.deepEqual([plain.outputs["url"], plain.outputs["port"]], ["http://www.test.com/", 80]);
  });

  it("writes affinity on the mainline, and what it does to the canary on the canary", async () => {
    const affinity = {
      "sluice:affinity": { mode: "cookie", cookie: "Stay", behavior: "legacy" },
    };
    const [mainline, canary] = await ingresses(affinity);
    assert.deepEqual(annotationsOf(mainline), {
      [`${prefix}/affinity`]: "cookie",
      [`${prefix}/session-cookie-name`]: "Stay",
    });
    assert.deepEqual(annotationsOf(canary), {
      [`${prefix}/canary`]: "true",
      [`${prefix}/canary-weight`]: "10",
      [`${prefix}/affinity-canary-behavior`]: "legacy",
    });
  });

  it("writes the total of weights on the canary, where it is not 100", async () => {
    const [mainline, canary] = await ingresses({ "sluice:weightTotal": 1000 });
    assert.deepEqual(annotationsOf(mainline), {});
    assert.deepEqual(annotationsOf(canary), {
      [`${prefix}/canary`]: "true",
      [`${prefix}/canary-weight`]: "10",
      [`${prefix}/canary-weight-total`]: "1000",
    });
  });

  it("writes further annotations on the mainline alone, from which the canary has them", async () => {
    const annotations = { [`${prefix}/proxy-body-size`]: "8m" };
    const [mainline, canary] = await ingresses({ "sluice:route": { annotations } });
    assert.deepEqual(annotationsOf(mainline), annotations);
    assert.deepEqual(Object.keys(annotationsOf(canary)), [`${prefix}/canary`, `${prefix}/canary-weight`]);
  });

  it("writes on the canary too how requests are spread over the pods of a Service", async () => {
    const spread = { [`${prefix}/upstream-hash-by`]: "$remote_addr", [`${prefix}/load-balance`]: "ewma" };
    const annotations = { ...spread, [`${prefix}/custom-http-errors`]: "503" };
    const [, canary] = await ingresses({ "sluice:route": { annotations } });
    const own = { [`${prefix}/canary`]: "true", [`${prefix}/canary-weight`]: "10" };
    assert.deepEqual(annotationsOf(canary), { ...spread, ...own });
  });
});
