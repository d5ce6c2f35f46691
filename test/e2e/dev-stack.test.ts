import assert from "node:assert/strict";
import type { Preview, UpdateResult } from "../../engine/engine";
import type { ProbeAnswer } from "../../probe/send-requests";
import type { Verdict } from "../../traffic/verdict";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, useLab, whyNoLab } from "./support/lab";
import { startLoad } from "./support/load";
import { platformAddress } from "./support/platform";
import { removeStack, sessionOptions, set, writeStack } from "./support/stack";

const minutes = 60_000;
const weight = (value: number) => [["sluice:canaryWeight"], value] as const;
const image = (value: string) => [["sluice:versions", "v2", "image"], value] as const;

describe(`the dev stack on the lab`, function () {
  this.timeout(5 * minutes);

  const session = sessionOptions();
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);
  const preview = () => sluiceJson<Preview>("preview", ...session);
  let found: string[] = [];

  before(async function () {
    await useLab(this, whyNoLab());
    writeStack();
    found = await objectsInCluster();
  });

  after(removeStack);

  it("comes up from nothing and splits the requests as planned", async () => {
    const { preview, verdict } = await sluiceJson<{ preview: Preview; verdict: Verdict }>("start", ...session);
    assert.equal(preview.trafficBefore, undefined);
    assert.ok(preview.changes.every(({ kind }) => kind === "create"));
    assert.equal(verdict.requests, 400);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
  });

  it("has nothing to change when it is brought up again", async () => {
    assert.deepEqual((await preview()).changes, []);
  });

  it("moves the weight to 40 by one annotation, says so in words, and splits as planned", async () => {
    writeStack([weight(40)]);
    const { changes, trafficBefore, trafficAfter, diff } = await preview();
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ["update"],
    );
    assert.match(changes[0]?.object ?? "", /^Ingress .*nginx-canary$/);
    assert.deepEqual(trafficBefore, ["http://www.test.com/: 90% v1, 10% v2"]);
    assert.deepEqual(trafficAfter, ["http://www.test.com/: 60% v1, 40% v2"]);
    const changedLines = diff.split("\n").filter((line) => /^\s*[-+~] /.test(line) && /"/.test(line));
    assert.ok(
      changedLines.every((line) => line.includes("canary-weight")),
      diff,
    );
    await up();
    const verdict = await sluiceJson<Verdict>("verify", ...session);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
  });

  it("rolls an image and a file under load without a failed request, and takes the old file away", async () => {
    const load = startLoad(await platformAddress(), "www.test.com");
    const files = "/usr/local/openresty/nginx/conf/nginx.conf";
    const text = `events {}\nhttp { server { listen 80; location / { access_by_lua 'ngx.say("third nginx-v2")'; } } }\n`;
    const changed = [image("openresty/openresty:1.27.1.2-0-bookworm-fat"), set(`versions/v2/files`, { [files]: text })];
    writeStack([weight(40), ...changed]);
    await up();
    const answers = await load.stop();
    assert.deepEqual(failed(answers), []);
    assert.ok(answers.reduce((total, { times }) => total + times, 0) > 500);
    assert.ok(answers.some(({ body = "" }) => body.includes("third nginx-v2")));
    assert.deepEqual(await imagesOf("v2"), ["registry.lab/nginx:1.22-r2"]);
    const names = await kubectl("get", "configmaps", "-n", "demo", "-l", "version=v2", "-o", "name");
    assert.equal(names.split("\n").length, 1, names);
  });

  it("takes back what another writer changed when told to", async () => {
    await kubectl(
      "annotate",
      "ingress",
      "nginx-canary",
      "-n",
      "demo",
      "--overwrite",
      "nginx.ingress.kubernetes.io/canary-weight=77",
    );
    writeStack([weight(20)]);
    await sluiceJson("up", "--yes", "--force-conflicts", ...session);
    assert.ok((await sluiceJson<Verdict>("verify", ...session)).asPlanned);
  });

  it("prunes the canary when it leaves the stack, and nothing else", async () => {
    await kubectl("create", "configmap", "kept", "-n", "demo", "--from-literal=owner=somebody");
    writeStack([weight(0), [["sluice:canary"], undefined]]);
    await up();
    assert.equal(await kubectl("get", "ingress", "-n", "demo", "-o", "name"), "ingress.networking.k8s.io/nginx");
    assert.match(await kubectl("get", "configmap", "kept", "-n", "demo", "-o", "name"), /kept/);
    await kubectl("delete", "configmap", "kept", "-n", "demo");
  });

  it("leaves the cluster as it found it", async () => {
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    await assertAsFound(found);
  });
});

/** Answers that are none of the versions'. */
function failed(answers: readonly ProbeAnswer[]): readonly ProbeAnswer[] {
  return answers.filter(({ status, body = "" }) => status !== 200 || !/nginx-v[12]/.test(body));
}

/** The images of a version's pods, those left out that are draining. */
async function imagesOf(version: string): Promise<string[]> {
  const { items } = JSON.parse(
    await kubectl("get", "pods", "-n", "demo", "-l", `version=${version}`, "-o", "json"),
  ) as {
    items: { metadata: { deletionTimestamp?: string }; spec: { containers: { image: string }[] } }[];
  };
  const staying = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return [...new Set(staying.flatMap(({ spec }) => spec.containers.map(({ image }) => image)))];
}
