import assert from "node:assert/strict";
import { evaluateProgram, type EvaluatedProgram } from "../../../render/evaluate";
import { readStack } from "../../../engine/stack-file";
import { at, dependenciesOf, namesOf, objectOf, runStack } from "../support/programs";

const provider = "--providers.kubernetesingressnginx";
const traefik = { "sluice:ingressController": { kind: "traefik" } };

describe("Traefik", () => {
  let program: EvaluatedProgram;
  before(async () => (program = await runStack("dev", traefik)));
  const spec = () => at(objectOf(program, "Deployment", "traefik").inputs, "spec");
  const container = () => at(spec(), "template", "spec", "containers", 0);

  it("reads ingress-nginx's annotations, of the class that the Ingresses name", () => {
    const args = at(container(), "args") as string[];
    for (const wanted of [
      "--experimental.kubernetesingressnginx=true",
      `${provider}=true`,
      `${provider}.ingressclass=nginx`,
      `${provider}.controllerclass=k8s.io/ingress-nginx`,
      `${provider}.publishservice=traefik/traefik`,
      `${provider}.httpentrypoint=web`,
      "--entrypoints.web.address=:8000",
      "--ping=true",
      "--metrics.prometheus=true",
      "--metrics.prometheus.buckets=0.005,0.01,0.025,0.05,0.1,0.2,0.3,0.5,0.75,1,1.5,2.5,5,10",
      "--global.checknewversion=false",
      "--global.sendanonymoususage=false",
    ])
      assert.ok(args.includes(wanted), wanted);
    assert.equal(new Set(args.map((arg) => arg.split("=")[0])).size, args.length);
  });

  it("gives the Ingresses' class the controller that Traefik answers for", () => {
    const ingressClass = objectOf(program, "IngressClass", "nginx").inputs;
    assert.equal(at(ingressClass, "spec", "controller"), "k8s.io/ingress-nginx");
  });

  it("listens where its Service leads", () => {
    const ports = at(container(), "ports") as { name: string }[];
    const service = objectOf(program, "Service", "traefik").inputs;
    for (const { targetPort } of at(service, "spec", "ports") as { targetPort: string }[])
      assert.ok(ports.some(({ name }) => name === targetPort));
    assert.equal(at(service, "spec", "type"), "LoadBalancer");
    assert.equal(at(service, "spec", "externalTrafficPolicy"), "Local");
    assert.deepEqual(at(service, "spec", "selector"), at(spec(), "selector", "matchLabels"));
  });

  it("lets connections in on its pods' own ports only", () => {
    const policy = objectOf(program, "NetworkPolicy", "traefik").inputs;
    assert.deepEqual(at(policy, "spec", "podSelector"), at(spec(), "selector"));
    const [{ ports }] = at(policy, "spec", "ingress") as [{ ports: { port: string }[] }];
    assert.deepEqual(
      ports.map(({ port }) => port),
      (at(container(), "ports") as { name: string }[]).map(({ name }) => name),
    );
  });

  it("runs pinned, without root, and never with fewer pods than wanted", () => {
    assert.match(String(at(container(), "image")), /traefik:v3\.7\.6$/);
    assert.equal(at(spec(), "template", "spec", "securityContext", "runAsNonRoot"), true);
    assert.equal(at(container(), "securityContext", "readOnlyRootFilesystem"), true);
    assert.equal(at(spec(), "strategy", "rollingUpdate", "maxUnavailable"), 0);
  });

  it("may read what it routes by and write an Ingress's status, nothing else", () => {
    const rules = at(objectOf(program, "ClusterRole", "traefik").inputs, "rules") as {
      verbs: string[];
      resources: string[];
    }[];
    const writing = rules.filter(({ verbs }) => verbs.some((verb) => !["get", "list", "watch"].includes(verb)));
    assert.deepEqual(
      writing.map(({ resources, verbs }) => [resources, verbs]),
      [[["ingresses/status"], ["update"]]],
    );
    assert.ok(dependenciesOf(objectOf(program, "Deployment", "traefik")).includes("ClusterRoleBinding traefik"));
  });

  it("takes another image, by digest before tag", async () => {
    const imageFor = async (image: Record<string, string>) => {
      const changed = await runStack("dev", { "sluice:ingressController": { kind: "traefik", image } });
      return at(
        objectOf(changed, "Deployment", "traefik").inputs,
        "spec",
        "template",
        "spec",
        "containers",
        0,
        "image",
      );
    };
    const digest = `sha256:${"b".repeat(64)}`;
    assert.equal(await imageFor({ repository: "registry.test/traefik" }), "registry.test/traefik:v3.7.6");
    assert.equal(await imageFor({ repository: "registry.test/traefik", tag: "v3" }), "registry.test/traefik:v3");
    assert.equal(
      await imageFor({ repository: "registry.test/traefik", tag: "v3", digest }),
      `registry.test/traefik@${digest}`,
    );
  });

  it("takes replicas, class and traffic policy", async () => {
    const controller = { kind: "traefik", replicas: 3, className: "edge", externalTrafficPolicy: "Cluster" };
    const changed = await runStack("dev", { "sluice:ingressController": controller });
    const deployment = objectOf(changed, "Deployment", "traefik").inputs;
    assert.equal(at(deployment, "spec", "replicas"), 3);
    const args = at(deployment, "spec", "template", "spec", "containers", 0, "args") as string[];
    assert.ok(args.includes(`${provider}.ingressclass=edge`));
    assert.equal(at(objectOf(changed, "Service", "traefik").inputs, "spec", "externalTrafficPolicy"), "Cluster");
    assert.equal(at(objectOf(changed, "Ingress", "nginx").inputs, "spec", "ingressClassName"), "edge");
  });

  it("has a disruption budget where it has more pods than one", async () => {
    assert.deepEqual(namesOf(program, "PodDisruptionBudget"), []);
    const many = await runStack("dev", { "sluice:ingressController": { kind: "traefik", replicas: 3 } });
    const { inputs } = objectOf(many, "PodDisruptionBudget", "traefik");
    assert.equal(at(inputs, "spec", "maxUnavailable"), 1);
    const pod = at(objectOf(many, "Deployment", "traefik").inputs, "spec", "template", "metadata", "labels");
    assert.deepEqual(at(inputs, "spec", "selector", "matchLabels"), pod);
  });

  it("tells the address that its Service was given, a host name where it has no IP address", async () => {
    const addressFrom = async (ingress: object) => {
      const stateOf = ({ type, name, inputs }: { type: string; name: string; inputs: Record<string, unknown> }) =>
        type === "kubernetes:core/v1:Service" && name === "traefik"
          ? { ...inputs, status: { loadBalancer: { ingress: [ingress] } } }
          : inputs;
      return (await evaluateProgram({ stack: "dev", config: { ...readStack("dev").config, ...traefik }, stateOf }))
        .outputs["address"];
    };
    assert.equal(await addressFrom({ ip: "192.168.10.241" }), "192.168.10.241");
    assert.equal(await addressFrom({ hostname: "lb.cloud.test" }), "lb.cloud.test");
  });
});
