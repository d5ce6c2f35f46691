import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { traefikFeatures } from "../../routers/gateway/features";
import { packageFolder } from "../../package-folder";
import { buildConformance, runConformance, type ConformanceResult } from "./support/conformance";
import { bringUpTraefik, takeDown } from "./support/data-plane-suite";
import { kubectl, useLab, whyNoLab } from "./support/lab";
import { bringUpGateway, previewOnGateway, takeDownGateway } from "./support/routers-suite";

const minutes = 60_000;

/** Gateway API's own tests of what Sluice's routes are made of. */
const wanted = [
  "HTTPRouteSimpleSameNamespace",
  "HTTPRouteCrossNamespace",
  "HTTPRouteWeight",
  "HTTPRouteHeaderMatching",
  "HTTPRouteMatching",
  "HTTPRouteMatchingAcrossRoutes",
  "HTTPRouteMethodMatching",
  "HTTPRouteExactPathMatching",
  "HTTPRoutePathMatchOrder",
  "HTTPRouteHostnameIntersection",
  "HTTPRouteListenerHostnameMatching",
  "HTTPRouteHTTPSListener",
  "HTTPRouteRedirectScheme",
  "HTTPRoute308Redirect",
  "HTTPRouteObservedGenerationBump",
];

/** What a plan may need beyond the core (routers/gateway/features.ts), and the key that asks for it. */
const needs = {
  HTTPRouteRequestMirror: { key: "mirrorPercent", value: 100 },
  HTTPRouteRequestPercentageMirror: { key: "mirrorPercent", value: 10 },
  HTTPRouteRequestTimeout: { key: "timeouts", value: { request: "5s" } },
  HTTPRouteBackendTimeout: { key: "timeouts", value: { backend: "5s" } },
} as const;

describe("Gateway API as Traefik has it", function () {
  this.timeout(30 * minutes);

  let supported: readonly string[] = [];
  let results: Readonly<Record<string, ConformanceResult>> = {};

  before(async function () {
    await useLab(this, whyNoLab(), "traefik", "gateway-api");
    await bringUpTraefik();
    await bringUpGateway();
    const { status } = JSON.parse(await kubectl("get", "gatewayclass", "traefik", "-o", "json")) as {
      status: { supportedFeatures: { name: string }[] };
    };
    supported = status.supportedFeatures.map(({ name }) => name);
    results = await runConformance(await buildConformance(), "traefik", wanted);
    console.log(`      ${wanted.map((name) => `${name} ${results[name]?.passed}`).join(", ")}`);
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await takeDownGateway();
    await takeDown();
  });

  for (const name of wanted)
    it(`passes the conformance test ${name}`, () => {
      const { outcome, passed, output } = results[name] ?? assert.fail();
      assert.equal(outcome, "PASS", output);
      assert.ok(passed > 0, `no part of it was run\n${output}`);
    });

  it("says of itself what the first preview takes for granted", () => {
    const others = ["HTTPRouteMethodMatching", "HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"];
    const known = [...Object.keys(needs), ...others];
    assert.deepEqual(
      known.filter((feature) => supported.includes(feature)),
      traefikFeatures,
    );
  });

  for (const [feature, { key, value }] of Object.entries(needs))
    it(`has previews refuse what needs ${feature}`, async () => {
      const { exitCode, stdout, stderr } = await previewOnGateway(key, value);
      assert.notEqual(exitCode, 0);
      assert.match(stdout + stderr, new RegExp(`the GatewayClass traefik does not support ${feature}`));
    });

  it("is run by the tests that docs/routers.md names", () => {
    const text = readFileSync(join(packageFolder, "docs", "routers.md"), "utf8");
    for (const name of wanted) assert.ok(text.includes(`\`${name}\``), name);
  });
});
