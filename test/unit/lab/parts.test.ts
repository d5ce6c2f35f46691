import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lackingKinds } from "../../../lab/cluster/definitions";
import { labParts } from "../../../lab/identity";
import { clusterModules, controllerModules } from "../../../lab/modules";
import { neededParts } from "../../../lab/needed-parts";
import { contentsOf } from "../../../lab/parts";

describe("the lab's optional parts", () => {
  it("bring nothing where none is asked for", () => {
    assert.deepEqual(contentsOf([]), { modules: [], images: [], charts: [], definitions: [] });
  });

  it("have the program built that each of their images holds", () => {
    const { images, modules } = contentsOf(labParts);
    const built = [...clusterModules, ...controllerModules, ...modules].flatMap(({ name, programs }) =>
      Object.keys(programs).map((program) => `${name}/${program}`),
    );
    for (const { content } of images)
      if (content.kind === "program") assert.ok(built.includes(`${content.module}/${content.program}`));
  });

  it("define kinds from Go modules that are pinned with their checksums", async () => {
    const { definitions } = contentsOf(labParts);
    assert.deepEqual(
      definitions.map(({ path }) => path),
      ["sigs.k8s.io/gateway-api", "istio.io/api"],
    );
    for (const { module, path } of definitions) {
      const pins = await readFile(join(module.directory, "go.mod"), "utf8");
      const version = new RegExp(`${path} (v\\S+)`).exec(pins)?.[1] ?? "none";
      const sums = await readFile(join(module.directory, "go.sum"), "utf8");
      assert.ok(sums.includes(`${path} ${version} h1:`), `${path} ${version}`);
    }
  });

  it("are needed by the stacks whose routers and controllers they are", () => {
    const nginx = { kind: "ingress-nginx" };
    const needed = (config: Record<string, unknown>) =>
      neededParts(Object.fromEntries(Object.entries(config).map(([key, value]) => [`sluice:${key}`, value])));
    assert.deepEqual(needed({}), []);
    assert.deepEqual(needed({ ingressController: nginx }), ["ingress-nginx"]);
    assert.deepEqual(needed({ ingressController: { kind: "traefik" } }), ["traefik"]);
    assert.deepEqual(needed({ ingressController: { kind: "existing" } }), []);
    assert.deepEqual(needed({ router: "gateway", ingressController: { kind: "traefik" } }), ["gateway-api", "traefik"]);
    assert.deepEqual(needed({ router: "gateway", gateway: { name: "shared" } }), ["gateway-api"]);
    assert.deepEqual(needed({ router: "istio" }), ["istio-crds"]);
    assert.deepEqual(needed({ router: "service" }), []);
    assert.deepEqual(needed({ ingressController: nginx, migration: { to: "traefik" } }), ["ingress-nginx", "traefik"]);
    assert.deepEqual(needed({ migration: { to: "gateway" } }), ["gateway-api", "traefik"]);
    assert.deepEqual(needed({ migration: { to: "gateway", ingressController: { kind: "existing" } } }), [
      "gateway-api",
    ]);
    for (const router of ["constructor", "", {}]) assert.deepEqual(needed({ router }), []);
    assert.deepEqual(needed({ ingressController: "traefik", migration: 1 }), []);
  });

  it("lack what was never defined, and what is gone since", () => {
    const record = { "istio.io/api": ["gateways.networking.istio.io", "virtualservices.networking.istio.io"] };
    const present = new Set(["gateways.networking.istio.io", "others.example.com"]);
    assert.deepEqual(lackingKinds(["istio.io/api"], record, present), ["virtualservices.networking.istio.io"]);
    assert.deepEqual(lackingKinds(["sigs.k8s.io/gateway-api"], record, present), ["those of sigs.k8s.io/gateway-api"]);
    assert.deepEqual(lackingKinds([], record, present), []);
  });
});
