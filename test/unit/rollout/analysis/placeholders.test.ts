import assert from "node:assert/strict";
import { ConfigError } from "../../../../config/problems";
import { fillPlaceholders } from "../../../../rollout/analysis/placeholders";
import { planWith } from "../../support/plans";
import { idleSubject, subjectWith } from "./subjects";

const all =
  "{{ namespace }} {{ workload }} {{canary}} {{ stable }} {{  ingress  }} {{ service }} {{ interval }} {{ canary }}";

describe("fillPlaceholders", () => {
  it("fills in a canary's", () => {
    assert.equal(fillPlaceholders(all, 0, subjectWith(), 30), "default nginx v2 v1 nginx nginx-canary 30s v2");
  });

  it("fills in an idle color's, which is reached by its preview", () => {
    assert.equal(fillPlaceholders(all, 0, idleSubject(), 5), "default nginx v2 v1 nginx-preview nginx-v2 5s v2");
  });

  it("names the version's own Service where the canary has no other", () => {
    const subject = subjectWith({ controller: undefined, plan: planWith({}, { router: "gateway" }) });
    assert.equal(fillPlaceholders("{{ service }}", 0, subject, 30), "nginx-v2");
  });

  it("leaves PromQL's own braces alone", () => {
    const query = 'sum(rate(http_requests_total{app="nginx",code=~"5.{2}"}[1m]))';
    assert.equal(fillPlaceholders(query, 0, subjectWith(), 30), query);
  });

  it("refuses unknown ones, with their key and the known ones", () => {
    assert.throws(
      () => fillPlaceholders("up{pod='{{ target }}'} + {{ nmespace }}", 3, subjectWith(), 30),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.problems[0]?.key, "rollout.metrics.3.query");
        assert.match(error.message, /must not have \{\{ target \}\}, \{\{ nmespace \}\}: known placeholders are/);
        assert.match(error.message, /\{\{ namespace \}\}, .*\{\{ interval \}\}/);
        return true;
      },
    );
  });

  it("has no Ingress behind a Service alone", () => {
    const subject = subjectWith({ controller: undefined });
    assert.throws(
      () => fillPlaceholders("{{ ingress }}", 0, subject, 30),
      /known placeholders are .*\{\{ service \}\}/,
    );
  });
});
