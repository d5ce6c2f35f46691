import assert from "node:assert/strict";
import { parseExposition, type Sample } from "../../../../rollout/counters/exposition";
import { Tally, type Count } from "../../../../rollout/counters/tally";
import { gatewaySeries } from "../../../../routers/gateway/series";
import type { Role } from "../../../../routers/router";
import { planWith } from "../../support/plans";
import { subjectWith } from "../analysis/subjects";
import { seriesOf, pageOf, type Counted } from "./pages";

describe("a tally of a controller's counters", () => {
  let tally: Tally;
  beforeEach(() => (tally = new Tally(seriesOf())));
  const samplesOf = (counted: Counted): Sample[] => parseExposition(pageOf(counted), tally.names);
  const add = (pods: Readonly<Record<string, Counted | undefined>>) =>
    tally.add(new Map(Object.entries(pods).map(([id, counted]) => [id, counted && samplesOf(counted)])));
  const numbers = ({ requests, failed }: Count) => [requests, failed];

  it("counts what came since the reading before, for each version", () => {
    const first = add({ a: { canary: [5, 1], stable: [100, 2] } });
    assert.deepEqual(
      [numbers(first.canary), numbers(first.stable)],
      [
        [0, 0],
        [0, 0],
      ],
    );
    const { canary, stable } = add({ a: { canary: [15, 4], stable: [190, 2] } });
    assert.deepEqual(
      [numbers(canary), numbers(stable)],
      [
        [13, 3],
        [90, 0],
      ],
    );
    assert.deepEqual(numbers(tally.total("stable")), [192, 2]);
  });

  it("counts the first errors of a version that had none", () => {
    add({ a: { canary: [5] } });
    assert.deepEqual(numbers(add({ a: { canary: [5, 3] } }).canary), [3, 3]);
  });

  it("adds pods up", () => {
    add({ a: { canary: [10] }, b: { canary: [20] } });
    assert.deepEqual(numbers(add({ a: { canary: [11] }, b: { canary: [22, 1] } }).canary), [4, 1]);
  });

  it("begins at 0 after a restart", () => {
    add({ a: { canary: [1000, 10] } });
    assert.deepEqual(numbers(add({ a: { canary: [7, 1] } }).canary), [8, 1]);
    assert.deepEqual(numbers(add({ a: { canary: [9, 1] } }).canary), [2, 0]);
  });

  it("counts a pod that came later with all that it has", () => {
    add({ a: { canary: [1000] } });
    assert.deepEqual(numbers(add({ a: { canary: [1000] }, b: { canary: [3, 1] } }).canary), [4, 1]);
  });

  it("never counts backwards for a pod that is gone", () => {
    add({ a: { canary: [10] }, b: { canary: [500] } });
    assert.deepEqual(numbers(add({ a: { canary: [12] } }).canary), [2, 0]);
    assert.deepEqual(numbers(add({ a: { canary: [12] } }).canary), [0, 0]);
  });

  it("makes up for readings that a pod has missed", () => {
    add({ a: { canary: [10] }, b: { canary: [500] } });
    assert.deepEqual(numbers(add({ a: { canary: [11] }, b: undefined }).canary), [1, 0]);
    assert.deepEqual(numbers(add({ a: { canary: [11] }, b: { canary: [505] } }).canary), [5, 0]);
  });

  it("does not count what a pod had before it could be read for the first time", () => {
    add({ a: { canary: [10] }, b: undefined });
    assert.deepEqual(numbers(add({ a: { canary: [10] }, b: { canary: [70_000, 900] } }).canary), [0, 0]);
    assert.deepEqual(numbers(add({ a: { canary: [10] }, b: { canary: [70_001, 900] } }).canary), [1, 0]);
  });

  it("counts durations by their buckets, and not the requests of others", () => {
    add({ a: { canary: [0], buckets: { "0.1": 5, "+Inf": 6 }, other: 50 } });
    const { canary, stable } = add({ a: { canary: [0], buckets: { "0.1": 8, "+Inf": 10 }, other: 90 } });
    assert.deepEqual(
      [...canary.durations],
      [
        [0.1, 3],
        [Infinity, 4],
      ],
    );
    assert.deepEqual(
      [numbers(canary), numbers(stable)],
      [
        [0, 0],
        [0, 0],
      ],
    );
  });

  it("adds up what Traefik counts of a version for each rule of an HTTPRoute, and of no other version", () => {
    const subject = subjectWith({ controller: "traefik", plan: planWith({}, { router: "gateway" }) });
    const series = (role: Role) => gatewaySeries(subject, role) ?? assert.fail(role);
    const traefik = new Tally({ canary: series("canary"), stable: series("stable") });
    const line = (rule: number, service: string, code: number, count: number) =>
      `traefik_service_requests_total{code="${code}",method="GET",protocol="http",service="httproute-default-nginx-gw-traefik-sluice-ep-web-${rule}-svc-${service}@kubernetesgateway"} ${count}\n`;
    const read = (times: number) => {
      const page = [
        line(0, "default-nginx-v2-0", 200, 3 * times),
        line(1, "default-nginx-v1-0", 200, 90 * times),
        line(1, "default-nginx-v2-1", 200, 9 * times),
        line(1, "default-nginx-v2-1", 503, times),
        line(1, "default-nginx-v2-1-0", 200, 1000 * times),
        line(1, "other-nginx-v2-1", 200, 1000 * times),
      ];
      return traefik.add(new Map([["pod", parseExposition(page.join(""), traefik.names)]]));
    };
    read(1);
    const { canary, stable } = read(2);
    assert.deepEqual(
      [numbers(canary), numbers(stable)],
      [
        [13, 1],
        [90, 0],
      ],
    );
  });
});
