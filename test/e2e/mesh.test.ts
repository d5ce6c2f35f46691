import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpdateResult } from "../../engine/engine";
import { ask, type Asked } from "./support/ask";
import { createCertificate, untilCertified } from "./support/certificate";
import { during } from "./support/during";
import { exampleFile } from "./support/example";
import { deployIstio, istioGateway, removeIstio, whyNoMesh } from "./support/istio";
import { kubectl, sluice, sluiceJson, useLab } from "./support/lab";
import { askAsStranger, deployStrangers, removeStrangers, strangeVersions } from "./support/mesh-callers";
import { removeStack, sessionOptions, set, without, writeStack, type StackChange } from "./support/stack";
import { startUsers, type Visits } from "./support/users";

const minutes = 60_000;
const namespace = "devices";
const host = "devices.test.com";
const example = exampleFile("istio");
/** Where the lab's users come from, and where nobody does. */
const [here, elsewhere] = ["192.168.10.2", "192.168.0.58"];

describe(`the example's life in a live mesh`, function () {
  this.timeout(15 * minutes);

  const session = sessionOptions();
  let address = "";
  /** The lab has no CNI plugin of Istio's. */
  const lab = [
    set("istio/sidecar/redirection", "init"),
    set("metallb", { addresses: ["192.168.10.240-192.168.10.250"] }),
  ];
  const up = async (...changes: StackChange[]) => {
    writeStack([...lab, ...changes], example);
    const { outputs } = await sluiceJson<UpdateResult>("up", "--yes", ...session);
    address = outputs.address ?? "";
  };
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await sluice(...args, "--yes", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout + stderr;
  };
  /** Users visit at 50 requests a second while something happens. */
  const whileVisiting = (change: () => Promise<void>) => during(startUsers(address, host), change);
  const lookAround = () => whileVisiting(() => sleep(4000));
  const demandPaired = ({ crossings, failures, requests }: Visits) => {
    assert.deepEqual({ crossings, failures }, { crossings: [], failures: [] });
    assert.ok(requests > 100, `${requests} requests are too few to tell`);
  };
  const answer = async (asked: Partial<Asked> = {}) => {
    const [only] = await ask(address, [{ host, path: "/api/devices", ...asked }]);
    assert.ok(only);
    return only;
  };
  /** Asked a few times each: by chance alone a weight would tell once. */
  const versionsFor = async (...all: Readonly<Record<string, string>>[]) => {
    const answers = await ask(
      address,
      all.flatMap((headers) => Array.from({ length: 5 }, () => ({ host, headers }))),
    );
    return all.map((_, index) =>
      [...new Set(answers.slice(index * 5, index * 5 + 5).map(({ headers }) => headers["user"]))].join(),
    );
  };

  before(async function () {
    this.timeout(60 * minutes);
    await useLab(this, whyNoMesh(), "istio");
    await deployIstio();
  });

  after(async function () {
    if (whyNoMesh()) return;
    await removeStrangers(namespace);
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
    await removeIstio();
  });

  it("gives everybody v1 but those from an address, and forging one helps nobody", async () => {
    await up(set("clientMatch", [elsewhere]));
    const everybody = await lookAround();
    demandPaired(everybody);
    assert.deepEqual(everybody.versions, ["v1"]);
    for (const forged of [elsewhere, `${here}, ${elsewhere}`, `${elsewhere}, ${elsewhere}`])
      assert.equal((await answer({ headers: { "X-Forwarded-For": forged } })).headers["user"], "v1");
  });

  it("moves the users of an address to v2 without a request lost or a pair crossed", async () => {
    const visits = await whileVisiting(() => up(set("clientMatch", [here])));
    demandPaired(visits);
    assert.deepEqual(visits.versions, ["v1", "v2"]);
    const after = await lookAround();
    demandPaired(after);
    assert.deepEqual(after.versions, ["v2"]);
    const { headers, body } = await answer();
    assert.deepEqual([headers["user"], headers["x-frontend"]], ["v2", "v2"]);
    assert.match(body, /wsytest019/);
  });

  it("serves stable to those inside who are none of the callers, whatever their version is called", async () => {
    await deployStrangers(namespace);
    for (const version of strangeVersions)
      for (let count = 0; count < 8; count++) {
        assert.match(await askAsStranger(namespace, version, "mqtt-server"), /wsytest010/, version);
        assert.match(await askAsStranger(namespace, version, "frontend"), /V11/, version);
      }
  });

  it("lets nobody reach the back end from outside", async () => {
    for (const name of ["mqtt-server", `mqtt-server.${namespace}.svc.cluster.local`, `frontend.${namespace}`])
      assert.equal((await answer({ host: name, path: "/" })).status, 404, name);
  });

  it("keeps each user with one version while the weight moves", async () => {
    const sticky = [set("affinity/mode", "cookie"), ...without("clientMatch")];
    await up(...sticky, set("canaryWeight", 10));
    const visits = await whileVisiting(async () => {
      await up(...sticky, set("canaryWeight", 30));
      await up(...sticky, set("canaryWeight", 60));
    });
    demandPaired(visits);
    assert.deepEqual([visits.mixed, visits.versions], [0, ["v1", "v2"]]);
  });

  it("keeps the pairs through everybody, promotion and the way back", async () => {
    const visits = await whileVisiting(async () => {
      await run("shift", "--weight", "100");
      await run("shift", "--promote");
      await run("undo");
    });
    demandPaired(visits);
    assert.deepEqual(visits.versions, ["v1", "v2"]);
  });

  it("asks an exact header, then a cookie, and copies what no rule decides", async () => {
    await up(
      set("headerMatch", { name: "Region", value: "shenzhen" }),
      set("cookieMatch", "beta"),
      set("mirrorPercent", 100),
      set("clientMatch", [elsewhere]),
    );
    assert.deepEqual(
      await versionsFor(
        { Region: "shenzhen" },
        { region: "shenzhen", Cookie: "beta=never" },
        { Region: "Shenzhen" },
        { Cookie: "other=1; beta=always" },
        { Cookie: "beta=never" },
        {},
      ),
      ["v2", "v2", "v1", "v2", "v1", "v1"],
    );
    const path = `/copied-${Date.now()}`;
    const answers = await ask(
      address,
      Array.from({ length: 20 }, () => ({ host, path })),
    );
    assert.deepEqual([...new Set(answers.map(({ headers }) => headers["user"]))], ["v1"]);
    // Nobody waits for the copies, and logs are read a little later.
    const deadline = Date.now() + 30_000;
    let counts = await countLogged(path);
    while (counts.join() !== "20,20" && Date.now() < deadline) counts = await countLogged(path);
    assert.deepEqual(counts, [20, 20]);
  });

  it("asks a header's pattern, then the address, with timeouts and retries", async () => {
    await up(
      set("headerMatch", { name: "Region", pattern: "^(?:sh|bei)" }),
      set("clientMatch", [`${elsewhere}/24`]),
      set("route/timeouts", { request: "10s", backend: "3s" }),
      set("route/retries", { attempts: 2, codes: [503] }),
    );
    assert.deepEqual(await versionsFor({ Region: "shanghai" }, { Region: "beijing" }, { Region: "not-shanghai" }, {}), [
      "v2",
      "v2",
      "v1",
      "v1",
    ]);
  });

  it("asks for always and never, header first", async () => {
    await up(
      set("headerMatch", { name: "X-Beta" }),
      set("cookieMatch", "beta"),
      set("clientMatch", [here]),
      set("route/timeouts", { backend: "3s" }),
    );
    assert.deepEqual(
      await versionsFor(
        { "X-Beta": "always" },
        { "X-Beta": "never", Cookie: "beta=always" },
        { "X-Beta": "always", Cookie: "beta=never" },
        { Cookie: "beta=never" },
        { "X-Beta": "perhaps" },
      ),
      ["v2", "v1", "v2", "v1", "v2"],
    );
  });

  it("ends a version without losing a request", async () => {
    const gone = [set("stable", "v2"), ...without("canary", "clientMatch")];
    const visits = await whileVisiting(async () => {
      await up(...gone);
      await up(...gone, ...["frontend", "mqtt-server"].flatMap((name) => without(`workloads/${name}/versions/v1`)));
    });
    demandPaired(visits);
    assert.ok(visits.versions.includes("v2"), visits.versions.join());
    const after = await lookAround();
    demandPaired(after);
    assert.deepEqual(after.versions, ["v2"]);
  });

  describe("with blue and green", () => {
    const colors = [
      ...without("stable", "canary", "clientMatch"),
      set("strategy", "blueGreen"),
      set("colors", { blue: "v1", green: "v2" }),
      set("route/previewHost", "preview.test.com"),
    ];

    it("previews the idle color with its own back end", async () => {
      await up(...colors, set("activeColor", "blue"));
      const everybody = await lookAround();
      demandPaired(everybody);
      assert.deepEqual(everybody.versions, ["v1"]);
      const { headers, body } = await answer({ host: "preview.test.com" });
      assert.equal(headers["x-frontend"], "v2");
      assert.match(body, /wsytest019/);
    });

    it("switches, and removes the color that is left, without losing a request", async () => {
      const visits = await whileVisiting(() => up(...colors, set("activeColor", "green"), set("retireIdle", "remove")));
      demandPaired(visits);
      assert.deepEqual(visits.versions, ["v1", "v2"]);
      const back = await whileVisiting(() => up(...colors, set("activeColor", "blue"), set("retireIdle", "remove")));
      demandPaired(back);
      assert.deepEqual(back.versions, ["v1", "v2"]);
    });
  });

  it("serves by TLS with the certificate that the gateway finds beside it", async () => {
    const secret = "devices-certificate";
    await createCertificate(istioGateway.namespace, secret, [host]);
    await up(set("route/tls", [{ secretName: secret, hosts: [host] }]));
    const [secured] = await untilCertified(address, host, [{ host, tls: true, path: "/api/devices" }]);
    assert.equal(secured?.headers["user"], "v1");
    const plain = await answer();
    assert.deepEqual([plain.status, plain.location], [301, `https://${host}/api/devices`]);
  });

  describe("at its end", () => {
    it("goes, and its namespace with it, though Istio has put its certificate there", async () => {
      assert.match(await kubectl("get", "configmaps", `--namespace=${namespace}`, "-o", "name"), /istio-ca-root-cert/);
      await removeStrangers(namespace);
      const told = await run("down", "--keep-cluster");
      assert.equal(await kubectl("get", "namespace", namespace, "--ignore-not-found", "-o", "name"), "", told);
    });
  });
});

/** How often the front ends v1 and v2 have written a path into their access logs; the one of errors has it, too. */
async function countLogged(path: string): Promise<number[]> {
  const logs = ["v1", "v2"].map((version) => {
    const selector = `--selector=app=frontend,version=${version}`;
    return kubectl("logs", `--namespace=${namespace}`, selector, "--container=app", "--tail=-1");
  });
  return (await Promise.all(logs)).map(
    (log) => log.split("\n").filter((line) => line.includes(`] "GET ${path} `)).length,
  );
}
