import assert from "node:assert/strict";
import { parse } from "yaml";
import { addresses } from "../../../lab/cluster/addresses";
import { corefile, kubelet } from "../../../lab/cluster/configuration";
import { allPieces } from "../../../lab/cluster/pieces";
import { identify } from "../../../lab/identity";
import { clusterModules } from "../../../lab/modules";

const lab = identify({ name: "sluice-unit-test" });

describe("names in a lab", () => {
  it("are asked by pods where the name server listens, below the domain that it answers for", () => {
    const { clusterDNS, clusterDomain } = parse(kubelet(lab)) as { clusterDNS: string[]; clusterDomain: string };
    const text = corefile(lab);
    assert.deepEqual(clusterDNS, [/^ *bind (\S+)$/m.exec(text)?.[1]]);
    assert.equal(/^ *kubernetes (\S+) /m.exec(text)?.[1], clusterDomain);
    assert.equal(clusterDomain, "cluster.local");
  });

  it("are read from the lab's own API, and asked of no one outside", () => {
    const text = corefile(lab);
    assert.ok(text.includes(`kubeconfig ${lab.innerKubeconfig}\n`));
    assert.doesNotMatch(text, /forward|resolv\.conf/);
    assert.match(text, /template ANY ANY \. \{\s+rcode NXDOMAIN\s+\}/);
  });

  it("are answered at an address that no Service is given", () => {
    const servicePrefix = addresses.services.split(".").slice(0, 2).join(".");
    assert.ok(!addresses.dns.startsWith(`${servicePrefix}.`), addresses.dns);
  });

  it("are answered by a program that every lab has built, in the lab's sandbox", () => {
    const piece = allPieces.find(({ name }) => name === "dns");
    assert.equal(piece?.place, "inside");
    const module = clusterModules.find(({ name }) => name === "dns");
    const [program] = piece?.command(lab, { dns: "/built/dns" }) ?? [];
    assert.deepEqual(
      Object.keys(module?.programs ?? {}).map((name) => `/built/dns/${name}`),
      [program],
    );
  });
});
