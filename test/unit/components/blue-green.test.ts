import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { EvaluatedProgram } from "../../../render/evaluate";
import { annotationsOf, at, dependenciesOf, namesOf, objectOf, runProgram } from "../support/programs";
import { blueGreenService, blueGreenStack } from "../support/stacks";

const pods = (version: string) => ({ app: "nginx", version });
const replicasOf = (program: EvaluatedProgram, name: string) =>
  at(objectOf(program, "Deployment", name).inputs, "spec", "replicas");
const versions = { v1: { image: "nginx:1", replicas: 3 }, v2: { image: "nginx:2", replicas: 3 } };

describe("a blue-green release behind a Service", () => {
  let blue: EvaluatedProgram;
  let green: EvaluatedProgram;
  const service = ({ inputs }: { readonly inputs: unknown }) => at(inputs, "spec") as Record<string, unknown>;
  before(async () => {
    const config = { "sluice:versions": versions, "sluice:service": { previewNodePort: 30081 } };
    blue = await runProgram(blueGreenService(config));
    green = await runProgram(blueGreenService({ ...config, "sluice:activeColor": "green" }));
  });

  it("leads users by one Service to the active color's pods", () => {
    for (const [program, version] of [
      [blue, "v1"],
      [green, "v2"],
    ] as const)
      assert.deepEqual(service(objectOf(program, "Service", "nginx")), {
        type: "NodePort",
        selector: pods(version),
        ports: [{ name: "http", port: 80, targetPort: "http", nodePort: 30080 }],
      });
  });

  it("leads the preview's Service to the other color's pods", () => {
    assert.deepEqual(service(objectOf(blue, "Service", "nginx-preview")), {
      type: "NodePort",
      selector: pods("v2"),
      ports: [{ name: "http", port: 80, targetPort: "http", nodePort: 30081 }],
    });
    assert.deepEqual(service(objectOf(green, "Service", "nginx-preview"))["selector"], pods("v1"));
  });

  it("switches once the new color's pods are ready, and previews once the other's are", () => {
    assert.ok(dependenciesOf(objectOf(blue, "Service", "nginx")).includes("Deployment nginx-v1"));
    assert.ok(dependenciesOf(objectOf(green, "Service", "nginx")).includes("Deployment nginx-v2"));
    assert.ok(dependenciesOf(objectOf(green, "Service", "nginx-preview")).includes("Deployment nginx-v1"));
    assert.ok(!dependenciesOf(objectOf(green, "Service", "nginx")).includes("Deployment nginx-v1"));
  });

  it("keeps both colors' pods, for the way back", () => {
    for (const program of [blue, green])
      assert.deepEqual([replicasOf(program, "nginx-v1"), replicasOf(program, "nginx-v2")], [3, 3]);
  });

  it("changes by a switch two selectors and who waits, and no other object", () => {
    const specs = (program: EvaluatedProgram) =>
      Object.fromEntries(program.resources.map(({ urn, inputs }) => [urn.split("$").at(-1) ?? urn, inputs]));
    const [before, after] = [specs(blue), specs(green)];
    assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
    const changed = Object.keys(before).filter((urn) => JSON.stringify(before[urn]) !== JSON.stringify(after[urn]));
    assert.deepEqual(changed.map((urn) => urn.split("::").at(-1)).sort(), ["nginx", "nginx-preview"]);
  });

  it("has neither Ingress nor controller", () => {
    assert.deepEqual([namesOf(blue, "Ingress"), namesOf(blue, "IngressClass")], [[], []]);
  });

  it("tells the node's address and port, and what users ask for", async () => {
    assert.deepEqual([blue.outputs["address"], blue.outputs["port"]], [undefined, 30080]);
    const named = await runProgram(
      blueGreenService({ "sluice:service": { nodeAddress: "10.0.0.7" }, "sluice:host": "www.test.com" }),
    );
    assert.deepEqual([named.outputs["address"], named.outputs["url"]], ["10.0.0.7", "http://www.test.com:30080/"]);
  });

  it("asks for an address of its own without a node port", async () => {
    const program = await runProgram(blueGreenService({ "sluice:service": { nodePort: undefined } }));
    assert.deepEqual(service(objectOf(program, "Service", "nginx")), {
      type: "LoadBalancer",
      selector: pods("v1"),
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    });
    assert.equal(program.outputs["port"], 80);
  });

  it("scales the idle color down only after the switch", async () => {
    const scaled = { "sluice:retireIdle": "scaleDown", "sluice:versions": versions };
    const program = await runProgram(blueGreenService({ ...scaled, "sluice:service": { previewNodePort: 30081 } }));
    assert.deepEqual([replicasOf(program, "nginx-v1"), replicasOf(program, "nginx-v2")], [3, 0]);
    assert.ok(dependenciesOf(objectOf(program, "Deployment", "nginx-v2")).includes("Service nginx"));
    assert.ok(!dependenciesOf(objectOf(program, "Deployment", "nginx-v1")).includes("Service nginx"));
    assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-v1", "nginx-v2"]);
  });

  it("has nothing of an idle color that is removed", async () => {
    const program = await runProgram(blueGreenService({ "sluice:retireIdle": "remove" }));
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx-v1"]);
    assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-v1"]);
  });

  it("previews no color without pods", async () => {
    const empty = { ...versions, v2: { image: "nginx:2", replicas: 0 } };
    const program = await runProgram(
      blueGreenService({ "sluice:versions": empty, "sluice:service": { previewNodePort: 30081 } }),
    );
    assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-v1", "nginx-v2"]);
  });
});

describe("a blue-green release behind an Ingress", () => {
  const serviceOf = (program: EvaluatedProgram, name: string) =>
    at(objectOf(program, "Ingress", name).inputs, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "name");

  const selectorOf = (program: EvaluatedProgram, name: string) =>
    at(objectOf(program, "Service", name).inputs, "spec", "selector");

  it("leads users by a Service of its own to the active color's pods, and nobody by a canary", async () => {
    for (const [activeColor, version] of [
      ["blue", "v1"],
      ["green", "v2"],
    ] as const) {
      const program = await runProgram(blueGreenStack({ "sluice:activeColor": activeColor }));
      assert.deepEqual(namesOf(program, "Ingress"), ["nginx"]);
      assert.equal(serviceOf(program, "nginx"), "nginx");
      assert.deepEqual(selectorOf(program, "nginx"), pods(version));
      assert.ok(dependenciesOf(objectOf(program, "Service", "nginx")).includes(`Deployment nginx-${version}`));
      assert.deepEqual(annotationsOf(objectOf(program, "Ingress", "nginx").inputs), {});
      for (const wanted of [`Deployment nginx-${version}`, "Service nginx"])
        assert.ok(dependenciesOf(objectOf(program, "Ingress", "nginx")).includes(wanted), wanted);
      assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-v1", "nginx-v2"]);
    }
  });

  it("switches by selectors alone, so that no controller needs a reload", async () => {
    const objectsOf = async (activeColor: string) => {
      const changes = { "sluice:activeColor": activeColor, "sluice:route": { previewHost: "preview.test.com" } };
      const { resources } = await runProgram(blueGreenStack(changes));
      return new Map(resources.map(({ urn, inputs }) => [urn.split("::").slice(-2).join(" "), inputs]));
    };
    const [blue, green] = [await objectsOf("blue"), await objectsOf("green")];
    const changed = [...blue].filter(([urn, inputs]) => !isDeepStrictEqual(green.get(urn), inputs));
    assert.deepEqual(
      changed.map(([urn]) => urn.replace(/.*:/, "")),
      ["Service nginx", "Service nginx-preview"],
    );
  });

  it("previews the idle color on a host of its own, with the same annotations and certificates", async () => {
    const annotations = { "nginx.ingress.kubernetes.io/proxy-body-size": "8m" };
    const program = await runProgram(
      blueGreenStack({
        "sluice:route": {
          previewHost: "preview.test.com",
          annotations,
          tls: [{ secretName: "cert", hosts: ["www.test.com", "preview.test.com"] }],
        },
      }),
    );
    const { inputs } = objectOf(program, "Ingress", "nginx-preview");
    assert.equal(serviceOf(program, "nginx-preview"), "nginx-preview");
    assert.deepEqual(selectorOf(program, "nginx-preview"), pods("v2"));
    assert.equal(at(inputs, "spec", "rules", 0, "host"), "preview.test.com");
    assert.deepEqual(annotationsOf(inputs), annotations);
    assert.deepEqual(at(inputs, "spec", "tls"), [{ secretName: "cert", hosts: ["preview.test.com"] }]);
    const mainline = objectOf(program, "Ingress", "nginx").inputs;
    assert.deepEqual(at(mainline, "spec", "tls"), [{ secretName: "cert", hosts: ["www.test.com"] }]);
    assert.ok(dependenciesOf(objectOf(program, "Ingress", "nginx-preview")).includes("Deployment nginx-v2"));
  });

  it("scales the idle color down only after the switch, its autoscaler gone, and previews it no more", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 5 };
    const program = await runProgram(
      blueGreenStack({
        "sluice:retireIdle": "scaleDown",
        "sluice:route": { previewHost: "preview.test.com" },
        "sluice:versions": { v1: { image: "nginx:1", autoscaling }, v2: { image: "nginx:2", autoscaling } },
      }),
    );
    assert.deepEqual([replicasOf(program, "nginx-v1"), replicasOf(program, "nginx-v2")], [2, 0]);
    assert.deepEqual(namesOf(program, "HorizontalPodAutoscaler"), ["nginx-v1"]);
    assert.ok(dependenciesOf(objectOf(program, "Deployment", "nginx-v2")).includes("Ingress nginx"));
    assert.deepEqual(namesOf(program, "Ingress"), ["nginx"]);
  });

  it("has nothing of an idle color that is removed", async () => {
    const program = await runProgram(
      blueGreenStack({ "sluice:retireIdle": "remove", "sluice:route": { previewHost: "preview.test.com" } }),
    );
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx-v1"]);
    assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-v1"]);
    assert.deepEqual(namesOf(program, "Ingress"), ["nginx"]);
  });

  it("works with one color, and leaves versions of no color out", async () => {
    const program = await runProgram(blueGreenStack({ "sluice:colors": { blue: "v1" } }));
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx-v1"]);
  });
});
