import assert from "node:assert/strict";
import type { EvaluatedProgram } from "../../../render/evaluate";
import { smallStack } from "../support/stacks";
import { at, dependenciesOf, namesOf, objectOf, runProgram, runStack } from "../support/programs";

const selector = { app: "nginx", version: "v1" };

describe("the time that pods have to become ready", () => {
  for (const [progressDeadline, seconds] of [
    ["20m", 1200],
    ["10s", 300],
    [undefined, 600],
  ] as const)
    it(`is ${seconds} s where a rollout's progressDeadline is ${progressDeadline}`, async () => {
      const rollout = { interval: "1s", stepWeight: 50, ...(progressDeadline && { progressDeadline }) };
      const { inputs } = objectOf(
        await runProgram(smallStack({ "sluice:rollout": rollout })),
        "Deployment",
        "nginx-v2",
      );
      assert.equal(at(inputs, "spec", "progressDeadlineSeconds"), seconds);
    });

  it("is 300 s without rollouts", async () => {
    const { inputs } = objectOf(await runProgram(smallStack()), "Deployment", "nginx-v2");
    assert.equal(at(inputs, "spec", "progressDeadlineSeconds"), 300);
  });
});

describe("VersionedWorkload in dev", () => {
  let program: EvaluatedProgram;
  before(async () => (program = await runStack("dev")));
  const deployment = () => objectOf(program, "Deployment", "nginx-v1").inputs;
  const pod = () => at(deployment(), "spec", "template", "spec");
  const container = () => at(pod(), "containers", 0);

  it("has a Deployment and a Service for each version", () => {
    assert.deepEqual(namesOf(program, "Service"), ["nginx", "nginx-canary", "nginx-v1", "nginx-v2"]);
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx-v1", "nginx-v2"]);
  });

  it("selects by app and version alone, and labels the pods so", () => {
    assert.deepEqual(at(deployment(), "spec", "selector", "matchLabels"), selector);
    assert.deepEqual(at(deployment(), "spec", "template", "metadata", "labels"), selector);
    const service = objectOf(program, "Service", "nginx-v1").inputs;
    assert.deepEqual(at(service, "spec", "selector"), selector);
    assert.deepEqual(at(service, "spec", "ports"), [{ name: "http", port: 80, targetPort: "http" }]);
  });

  it("puts everything into the stack's namespace, which it makes", () => {
    assert.equal(at(deployment(), "metadata", "namespace"), "demo");
    assert.ok(namesOf(program, "Namespace").includes("demo"));
  });

  it("never has fewer pods than wanted while it rolls", () => {
    assert.equal(at(deployment(), "spec", "replicas"), 2);
    assert.deepEqual(at(deployment(), "spec", "strategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
  });

  it("is asked by HTTP whether it is ready, requests resources, and drains", () => {
    assert.deepEqual(at(container(), "readinessProbe", "httpGet"), { path: "/", port: "http" });
    assert.deepEqual(at(container(), "ports"), [{ name: "http", containerPort: 80 }]);
    assert.ok(at(container(), "resources", "requests", "cpu"));
    const seconds = at(container(), "lifecycle", "preStop", "sleep", "seconds");
    assert.equal(seconds, 5);
    assert.ok(Number(at(pod(), "terminationGracePeriodSeconds")) > Number(seconds));
  });

  it("is neither killed nor bounded unless the stack asks for it", () => {
    for (const field of ["livenessProbe", "startupProbe"]) assert.equal(at(container(), field), undefined);
    assert.equal(at(container(), "resources", "limits"), undefined);
  });

  it("runs as the stack's user without privileges, on a root that it can't write to", () => {
    assert.equal(at(pod(), "securityContext", "runAsNonRoot"), true);
    assert.equal(at(pod(), "securityContext", "runAsUser"), 65532);
    assert.deepEqual(at(pod(), "securityContext", "seccompProfile"), { type: "RuntimeDefault" });
    assert.deepEqual(at(container(), "securityContext"), {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
    assert.equal(at(pod(), "automountServiceAccountToken"), false);
  });

  it("spreads the version's pods over the nodes", () => {
    assert.equal(at(pod(), "topologySpreadConstraints", 0, "topologyKey"), "kubernetes.io/hostname");
    assert.deepEqual(at(pod(), "topologySpreadConstraints", 0, "labelSelector", "matchLabels"), selector);
  });

  it("mounts each file by subPath from the ConfigMap, and writable folders from nowhere", () => {
    const [configMap = ""] = namesOf(program, "ConfigMap").filter((name) => name.startsWith("nginx-v1-"));
    assert.deepEqual(at(pod(), "volumes"), [
      { name: "files", configMap: { name: configMap } },
      { name: "folder-0", emptyDir: {} },
    ]);
    const mount = at(container(), "volumeMounts", 0);
    assert.equal(at(mount, "mountPath"), "/usr/local/openresty/nginx/conf/nginx.conf");
    const data = at(objectOf(program, "ConfigMap", configMap).inputs, "data");
    assert.match(String(at(data, String(at(mount, "subPath")))), /nginx-v1/);
    assert.equal(at(container(), "volumeMounts", 1, "mountPath"), "/var/run/openresty");
  });

  it("makes the ConfigMap immutable and before the Deployment", () => {
    const [configMap = ""] = namesOf(program, "ConfigMap");
    assert.equal(at(objectOf(program, "ConfigMap", configMap).inputs, "immutable"), true);
    assert.ok(dependenciesOf(objectOf(program, "Deployment", "nginx-v1")).includes("ConfigMap nginx-v1"));
  });

  it("scales by hand alone: neither autoscaler nor budget", () => {
    assert.deepEqual(namesOf(program, "HorizontalPodAutoscaler"), []);
    assert.deepEqual(namesOf(program, "PodDisruptionBudget"), []);
  });
});

describe("VersionedWorkload in prod", () => {
  let program: EvaluatedProgram;
  before(async () => (program = await runStack("prod")));

  it("leaves the number of pods to the autoscaler", () => {
    for (const name of ["nginx-v1", "nginx-v2"]) {
      assert.deepEqual(objectOf(program, "Deployment", name).ignored, ["spec.replicas"]);
      const scaler = at(objectOf(program, "HorizontalPodAutoscaler", name).inputs, "spec");
      assert.deepEqual(at(scaler, "scaleTargetRef"), { apiVersion: "apps/v1", kind: "Deployment", name });
      assert.deepEqual([at(scaler, "minReplicas"), at(scaler, "maxReplicas")], [3, 10]);
      assert.deepEqual(at(scaler, "metrics", 0, "resource", "target"), { type: "Utilization", averageUtilization: 70 });
    }
  });

  it("keeps a budget of pods over exactly one version each", () => {
    const spec = at(objectOf(program, "PodDisruptionBudget", "nginx-v1").inputs, "spec");
    assert.deepEqual(spec, { minAvailable: 2, selector: { matchLabels: selector } });
  });

  it("takes the resources that the stack names", () => {
    const container = at(
      objectOf(program, "Deployment", "nginx-v1").inputs,
      "spec",
      "template",
      "spec",
      "containers",
      0,
    );
    assert.deepEqual(at(container, "resources"), {
      requests: { cpu: "100m", memory: "64Mi" },
      limits: { memory: "256Mi" },
    });
  });
});

describe("VersionedWorkload by a version's settings", () => {
  async function podOf(settings: Record<string, unknown>) {
    const versions = { v1: { image: "nginx:1", ...settings }, v2: { image: "nginx:2" } };
    const program = await runProgram(smallStack({ "sluice:versions": versions, "sluice:namespace": "default" }));
    return { program, pod: at(objectOf(program, "Deployment", "nginx-v1").inputs, "spec", "template", "spec") };
  }

  it("makes no namespace where it is default, and no ConfigMap where there are no files", async () => {
    const { program, pod } = await podOf({});
    assert.deepEqual([namesOf(program, "Namespace"), namesOf(program, "ConfigMap")], [[], []]);
    assert.deepEqual(at(pod, "volumes"), []);
    assert.equal(at(objectOf(program, "Deployment", "nginx-v1").inputs, "metadata", "namespace"), "default");
    assert.equal(at(objectOf(program, "Deployment", "nginx-v1").inputs, "spec", "replicas"), 1);
  });

  it("makes Pulumi wait for Deployments, and for no Service, whether its version has pods or not", async () => {
    const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2", replicas: 0 } };
    const program = await runProgram(smallStack({ "sluice:versions": versions, "sluice:canaryWeight": 0 }));
    const isAwaited = (name: string) =>
      at(objectOf(program, "Service", name).inputs, "metadata", "annotations", "pulumi.com/skipAwait") !== "true";
    assert.deepEqual(["nginx-v1", "nginx-v2", "nginx-canary"].map(isAwaited), [false, false, false]);
  });

  it("runs as the image's own user, with its own capabilities, where the stack names no user", async () => {
    const { pod } = await podOf({});
    assert.deepEqual(at(pod, "securityContext"), {
      seccompProfile: { type: "RuntimeDefault" },
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "80" }],
    });
    assert.deepEqual(at(pod, "containers", 0, "securityContext"), {});
  });

  it("takes a service account with its token, a pull policy, and how a Deployment rolls", async () => {
    const { program, pod } = await podOf({
      serviceAccountName: "shop",
      imagePullPolicy: "Always",
      minReadySeconds: 5,
      maxSurge: "25%",
      maxUnavailable: 1,
    });
    assert.equal(at(pod, "serviceAccountName"), "shop");
    assert.equal(at(pod, "automountServiceAccountToken"), undefined);
    assert.equal(at(pod, "containers", 0, "imagePullPolicy"), "Always");
    const spec = at(objectOf(program, "Deployment", "nginx-v1").inputs, "spec");
    assert.equal(at(spec, "minReadySeconds"), 5);
    assert.deepEqual(at(spec, "strategy", "rollingUpdate"), { maxUnavailable: 1, maxSurge: "25%" });
  });

  it("takes port, environment, user, drain and probes", async () => {
    const { pod } = await podOf({
      port: 8080,
      env: { MODE: "fast" },
      runAsUser: 1000,
      drainSeconds: 0,
      probes: {
        path: "/healthz",
        liveness: { tcpSocket: { port: 8080 } },
        startup: { httpGet: { path: "/started", port: "http" }, failureThreshold: 30 },
      },
    });
    const container = at(pod, "containers", 0);
    assert.equal(at(container, "ports", 0, "containerPort"), 8080);
    assert.deepEqual(at(container, "env"), [{ name: "MODE", value: "fast" }]);
    assert.equal(at(pod, "securityContext", "runAsUser"), 1000);
    assert.equal(at(pod, "securityContext", "sysctls"), undefined);
    assert.equal(at(container, "lifecycle"), undefined);
    assert.equal(at(container, "readinessProbe", "httpGet", "path"), "/healthz");
    assert.deepEqual(at(container, "livenessProbe"), { tcpSocket: { port: 8080 } });
    assert.equal(at(container, "startupProbe", "failureThreshold"), 30);
  });
});
