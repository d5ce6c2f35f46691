import assert from "node:assert/strict";
import { controllerSeries, type Role } from "../../../../rollout/analysis/controller-series";
import { secondsIn } from "../../../../rollout/analysis/durations";
import { spellingsOf } from "../../../../rollout/analysis/growth";
import type { Subject } from "../../../../rollout/subject";
import { applicationStack } from "../../support/applications";
import { planWith } from "../../support/plans";
import { idleSubject, subjectWith } from "./subjects";

const requestsOf = (subject: Subject, role: Role) => {
  const series = controllerSeries(subject, role);
  return series && spellingsOf(series.requests);
};

describe("controllerSeries", () => {
  it("tells ingress-nginx's canary by its upstream, under the mainline's Ingress", () => {
    assert.deepEqual(requestsOf(subjectWith(), "canary"), [
      'namespace="default",exported_namespace="",ingress="nginx",canary="default-nginx-canary-80"',
      'exported_namespace="default",ingress="nginx",canary="default-nginx-canary-80"',
    ]);
    assert.equal(
      requestsOf(subjectWith(), "stable")?.[0],
      'namespace="default",exported_namespace="",ingress="nginx",canary=""',
    );
  });

  it("finds a version where its predecessor was counted, once it has taken its place", () => {
    const promoted = { predecessor: {} };
    for (const subject of [subjectWith(promoted), idleSubject(promoted)]) {
      assert.match(requestsOf(subject, "canary")?.[0] ?? "", /ingress="nginx",canary=""$/);
      assert.equal(requestsOf(subject, "stable"), undefined);
    }
    const plan = planWith({}, { router: "istio" });
    const meshed = subjectWith({ controller: "existing", plan, ...promoted });
    assert.match(requestsOf(meshed, "canary")?.[0] ?? "", /destination_workload="nginx-v2"/);
  });

  it("tells the colors by their Ingresses", () => {
    assert.match(requestsOf(idleSubject(), "canary")?.[0] ?? "", /ingress="nginx-preview",canary=""$/);
    assert.match(requestsOf(idleSubject(), "stable")?.[0] ?? "", /ingress="nginx",canary=""$/);
  });

  it("takes a controller that is there already for ingress-nginx", () => {
    const subject = subjectWith({ controller: "existing" });
    assert.deepEqual(controllerSeries(subject, "canary"), controllerSeries(subjectWith(), "canary"));
  });

  it("names Traefik's canary by the Service that it is a canary of", () => {
    const subject = subjectWith({ controller: "traefik" });
    assert.deepEqual(requestsOf(subject, "canary"), [
      'service="default-nginx-nginx-80-canary@kubernetesingressnginx",exported_service=""',
      'exported_service="default-nginx-nginx-80-canary@kubernetesingressnginx"',
    ]);
    assert.match(requestsOf(subject, "stable")?.[1] ?? "", /"default-nginx-nginx-80@kubernetesingressnginx"/);
  });

  it("names Traefik's colors by Ingress and Service, without doubled dashes", () => {
    const subject = idleSubject({ controller: "traefik", workload: "my--app" });
    assert.match(requestsOf(subject, "canary")?.[1] ?? "", /"default-my-app-preview-my-app-preview-80@/);
    assert.match(requestsOf(subject, "stable")?.[1] ?? "", /"default-my-app-my-app-80@/);
  });

  it("tells the versions behind Traefik's Gateway by their Services, whatever the rules and routes", () => {
    const subject = subjectWith({ controller: "traefik", plan: planWith({}, { router: "gateway" }) });
    assert.deepEqual(requestsOf(subject, "canary"), [
      'service=~"httproute-.*-svc-default-nginx-v2-[0-9]+@kubernetesgateway",exported_service=""',
      'exported_service=~"httproute-.*-svc-default-nginx-v2-[0-9]+@kubernetesgateway"',
    ]);
    assert.match(requestsOf(subject, "stable")?.[1] ?? "", /-svc-default-nginx-v1-/);
    const promoted = { ...subject, predecessor: {} };
    assert.deepEqual(requestsOf(promoted, "canary"), requestsOf(subject, "canary"));
    assert.equal(requestsOf(promoted, "stable"), undefined);
  });

  it("tells an application's versions there by its own Service and the canary's", () => {
    const { application } = applicationStack("http-route.yaml").config;
    const plan = planWith({}, { router: "gateway" });
    const subject = subjectWith({ controller: "traefik", plan, application });
    const service = application?.services[0]?.metadata.name ?? "";
    assert.match(requestsOf(subject, "stable")?.[1] ?? "", new RegExp(`-svc-default-${service}-\\[`));
    assert.match(requestsOf(subject, "canary")?.[1] ?? "", new RegExp(`-svc-default-${service}-canary-\\[`));
  });

  it("knows no counts of other implementations of Gateway API", () => {
    const subject = subjectWith({ controller: "existing", plan: planWith({}, { router: "gateway" }) });
    assert.equal(controllerSeries(subject, "canary"), undefined);
  });

  it("tells the versions behind Istio's gateway by their Deployments, and counts milliseconds", () => {
    const subject = subjectWith({ controller: "existing", plan: planWith({}, { router: "istio" }) });
    assert.deepEqual(requestsOf(subject, "canary"), [
      'reporter="source",destination_workload="nginx-v2",destination_workload_namespace="default"',
    ]);
    const series = controllerSeries(subject, "stable");
    assert.equal(series?.durations.labels["destination_workload"], "nginx-v1");
    assert.equal(secondsIn("250", series ?? {}), 0.25);
  });

  it("has none behind a Service alone", () => {
    assert.equal(controllerSeries(subjectWith({ controller: undefined }), "canary"), undefined);
  });
});
