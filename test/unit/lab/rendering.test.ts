import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderKubeconfig } from "../../../lab/cluster/kubeconfig";
import { labParts } from "../../../lab/identity";
import { imageMap, labImages } from "../../../lab/images/catalog";
import { contentsOf, imagesOf } from "../../../lab/parts";
import { clusterProfile, renderProfile } from "../../../lab/profile";

describe("the lab's files for others", () => {
  it("has a kubeconfig that is whole in itself", () => {
    const parts = { name: "sluice-test", port: 12345, ca: "CA", certificate: "CERTIFICATE", key: "KEY" };
    const kubeconfig = parse(renderKubeconfig(parts)) as {
      clusters: { name: string; cluster: Record<string, string> }[];
      users: { user: Record<string, string> }[];
      contexts: { name: string; context: Record<string, string> }[];
      "current-context": string;
    };
    assert.equal(kubeconfig["current-context"], "sluice-test");
    assert.deepEqual(kubeconfig.contexts, [
      { name: "sluice-test", context: { cluster: "sluice-test", user: "sluice-test" } },
    ]);
    assert.deepEqual(kubeconfig.clusters[0]?.cluster, {
      server: "https://127.0.0.1:12345",
      "certificate-authority-data": "Q0E=",
    });
    assert.deepEqual(Object.keys(kubeconfig.users[0]?.user ?? {}), ["client-certificate-data", "client-key-data"]);
  });

  it("has a profile of the facts about the cluster", () => {
    const profile = clusterProfile({ name: "sluice-test" }, { metallb: "/modules/metallb/charts/metallb" });
    assert.deepEqual(parse(renderProfile(profile)), {
      name: "sluice-test",
      charts: { metallb: "/modules/metallb/charts/metallb" },
      images: imageMap,
      nodeAddress: "192.168.10.1",
      client: ["nsenter", "--net=/run/netns/sluice-test-client"],
    });
  });

  it("has images more with an optional part, and the same ones without", () => {
    const added = imagesOf(["prometheus", "flagger"]).filter((image) => !labImages.includes(image));
    assert.deepEqual(
      added.map(({ reference }) => reference),
      ["registry.lab/prometheus:2.42", "ghcr.io/fluxcd/flagger:1.41.0"],
    );
    assert.deepEqual(imagesOf([]), labImages);
  });

  it("has Istio's kinds once, whichever of the parts bring them", () => {
    const { definitions } = contentsOf(["istio", "istio-crds"]);
    assert.deepEqual(definitions, contentsOf(["istio-crds"]).definitions);
  });

  it("puts nothing in place of an image that neither it nor any part of it has", () => {
    const references = imagesOf(labParts).map(({ reference }) => reference);
    for (const image of Object.values(imageMap)) assert.ok(references.includes(image), image);
  });
});
