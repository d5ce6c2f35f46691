import assert from "node:assert/strict";
import { jobFor } from "../../../probe/ask-plan";
import { samplesOf } from "../../../traffic/samples";
import { blueGreenPlan, planWith, replicaRatioPlan, wholeHost } from "../support/plans";

const place = { address: "192.168.10.240", port: 80 };

/** The jobs of all samples of a plan. */
function jobsOf(plan: Parameters<typeof jobFor>[0], where = place) {
  return samplesOf(plan).map((sample) => jobFor(plan, sample, where, 20));
}

describe("jobFor", () => {
  it("asks for the host at the stack's place, a few over one connection", () => {
    const [plain] = jobsOf(planWith({ weight: 10 }));
    assert.deepEqual(plain, {
      ...place,
      tls: false,
      host: "www.test.com",
      path: "/",
      headers: {},
      count: 20,
      keepAlive: true,
    });
  });

  it("sends a rule's header as it is, and its cookie as a Cookie header", () => {
    const plan = planWith({ weight: 10, header: { name: "Region", value: "a" }, cookie: "trial" });
    assert.deepEqual(
      jobsOf(plan).map(({ headers }) => headers),
      [{}, { Region: "a" }, { Cookie: "trial=always" }, { Cookie: "trial=never" }],
    );
  });

  it("asks by TLS where the host is served so, for a name that its wildcard stands for too", () => {
    const routes = [{ ...wholeHost, host: "*.test.com", tls: true }];
    const [secured] = jobsOf(planWith({ weight: 10 }, { routes }), { ...place, port: 443 });
    assert.deepEqual([secured?.tls, secured?.port, secured?.host], [true, 443, "any.test.com"]);
  });

  it("opens a connection for each request behind a Service, at the preview's port where that is asked", () => {
    const [plain] = jobsOf(replicaRatioPlan({ nodePort: 30080 }), { address: "10.0.0.7", port: 30080 });
    assert.deepEqual([plain?.keepAlive, plain?.tls, plain?.port], [false, false, 30080]);
    const service = blueGreenPlan({ router: "service", routes: [], nodePort: 30080, previewNodePort: 30081 });
    assert.deepEqual(
      jobsOf(service, { address: "10.0.0.7", port: 30080 }).map(({ keepAlive, port }) => [keepAlive, port]),
      [
        [false, 30080],
        [false, 30081],
      ],
    );
  });

  it("asks at the port for TLS where the sample's host is secured and the first is not, and the other way round", () => {
    const preview = { ...wholeHost, host: "preview.test.com" };
    const [users, idle] = jobsOf(blueGreenPlan({ preview: { ...preview, tls: true } }));
    assert.deepEqual([users?.tls, users?.port, idle?.tls, idle?.port], [false, 80, true, 443]);
    const secured = blueGreenPlan({ routes: [{ ...wholeHost, tls: true }], preview });
    const [other, plain] = jobsOf(secured, { ...place, port: 443 });
    assert.deepEqual([other?.tls, other?.port, plain?.tls, plain?.port], [true, 443, false, 80]);
  });
});
