import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { run } from "../command";
import { ingressNginxModule, ingressNginxPath } from "../modules";
import { type DebianSuite, unpackPackages } from "../packages";
import { moduleFolder } from "../tools";

/**
 * The Debian whose nginx is taken: trixie's is 1.26, the closest to the 1.25 that this ingress-nginx is made for.
 * bookworm's, 1.22, has no http2 directive and reads a header that is sent twice in another way.
 */
const suite: DebianSuite = "trixie";

/** nginx with the modules and the Lua libraries that ingress-nginx needs and Debian has, and the libraries of all of them. */
const packages = [
  "libc6",
  "libgcc-s1",
  "libcrypt1",
  "zlib1g",
  "lua-resty-core",
  "lua-resty-lrucache",
  "lua-cjson",
  "nginx",
  "nginx-common",
  "libnginx-mod-http-ndk",
  "libnginx-mod-http-lua",
  "libnginx-mod-http-headers-more-filter",
  "dumb-init",
  "libpcre2-8-0",
  "libssl3t64",
  "libzstd1",
  "libluajit-5.1-2",
  "libluajit-5.1-common",
];

/** Files of the packages that the image doesn't need. */
const leftOut = ["doc", "man", "lintian", "locale", "bug", "nginx", "gcc", "gdb"].map((name) => `usr/share/${name}`);

/** The user and the group of ingress-nginx's own image, which its chart asks for. */
const user = "101:82";

const passwd = "root:x:0:0:root:/root:/usr/sbin/nologin\nwww-data:x:101:82:www-data:/tmp:/usr/sbin/nologin\n";
const group = "root:x:0:\nwww-data:x:82:\n";

/** How the controller is started: the chart's arguments begin with its program. */
export const ingressNginxEntrypoint = ["/usr/bin/dumb-init", "--"];
const command = "/nginx-ingress-controller";

/** What ingress-nginx's own image sets in its environment, as far as it means something here. */
export const ingressNginxConfig = [
  ...ingressNginxEntrypoint.map((argument) => `--config.entrypoint=${argument}`),
  `--config.cmd=${command}`,
  "--config.user=101",
  "--config.workingdir=/etc/nginx",
  "--config.env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
];

const modules = ["ndk_http", "ngx_http_lua", "ngx_http_headers_more_filter"];

/**
 * The template of nginx's configuration with what Debian's nginx makes different: its modules are loaded instead of
 * compiled in, and there is none for Lua in `stream`, so that ports without HTTP (`--tcp-services-configmap`) are not served.
 *
 * The controller sends the list of such ports, empty as it is, to where `stream` would listen, and doesn't go on before it
 * is taken.
 *
 * @throws Error if the template is not as it was.
 */
export function adaptTemplate(template: string): string {
  const load = modules.map((name) => `load_module /usr/lib/nginx/modules/${name}_module.so;\n`).join("");
  const sink = `
    server {
        listen 127.0.0.1:{{ .StreamPort }};
        access_log off;
        lingering_close always;
        return 204;
    }
`;
  const loading = replaceOnce(template, /^pid \{\{ \.PID \}\};\n/m, (text) => `${text}\n${load}`);
  return replaceOnce(loading, /^\}\n\nstream \{\n[^]*?^\}\n/m, () => `${sink}}\n`);
}

function replaceOnce(text: string, pattern: RegExp, by: (found: string) => string): string {
  if (!pattern.test(text)) throw new Error(`ingress-nginx's template has no ${String(pattern)}`);
  return text.replace(pattern, by);
}

/** A text that changes with the image's contents, except for what comes from the module. */
export async function ingressNginxRecipe(): Promise<string> {
  const names = (await readdir(luaFolder, { recursive: true })).filter((name) => name.endsWith(".lua")).sort();
  const lua = await Promise.all(names.map(async (name) => [name, await readFile(join(luaFolder, name), "utf8")]));
  const texts = [packages, leftOut, user, passwd, group, ingressNginxConfig, lua];
  return JSON.stringify([suite, ...texts, adaptTemplate.toString(), 1]);
}

/** Stand-ins for the Lua libraries that Debian does not have. */
const luaFolder = join(ingressNginxModule.directory, "lua");

/**
 * Fills an image's root folder with ingress-nginx's controller and Debian's nginx, laid out as in ingress-nginx's own image.
 *
 * @param programs the folder of the module's programs.
 */
export async function fillIngressNginx(root: string, programs: string, context: StepContext): Promise<void> {
  const at = (path: string) => join(root, path);
  // Without them programs would not find the loader that they name.
  for (const folder of ["bin", "sbin", "lib", "lib64"]) {
    await mkdir(at(`usr/${folder}`), { recursive: true });
    await symlink(`usr/${folder}`, at(folder));
  }
  const downloads = await mkdtemp(join(tmpdir(), "sluice-lab-debs-"));
  try {
    await unpackPackages(packages, downloads, root, context, suite);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
  for (const path of leftOut) await rm(at(path), { recursive: true, force: true });

  const module = await moduleFolder(ingressNginxModule, ingressNginxPath, context.signal, context.report);
  const own = join(module, "rootfs/etc/nginx");
  await mkdir(at("nginx-of-debian"));
  for (const name of ["mime.types", "fastcgi_params"])
    await copyFile(at(`etc/nginx/${name}`), at(`nginx-of-debian/${name}`));
  await rm(at("etc/nginx"), { recursive: true });
  await cp(own, at("etc/nginx"), { recursive: true, filter: (path) => !/\/(test|OWNERS|README\.md)$/.test(path) });
  await run("chmod", ["-R", "u+w", at("etc/nginx")]);
  for (const name of await readdir(at("nginx-of-debian")))
    await copyFile(at(`nginx-of-debian/${name}`), at(`etc/nginx/${name}`));
  await rm(at("nginx-of-debian"), { recursive: true });
  const template = at("etc/nginx/template/nginx.tmpl");
  await writeFile(template, adaptTemplate(await readFile(template, "utf8")));
  await cp(luaFolder, at("usr/local/share/lua/5.1"), { recursive: true });

  for (const [program, place] of Object.entries({ nginx: command, dbg: "/dbg", "wait-shutdown": "/wait-shutdown" })) {
    await copyFile(join(programs, program), at(place));
    await chmod(at(place), 0o755);
  }
  await symlink("../sbin/nginx", at("usr/bin/nginx"));
  await writeFile(at("etc/passwd"), passwd);
  await writeFile(at("etc/group"), group);

  const written = ["ssl", "auth", "geoip", "telemetry"].map((name) => `etc/ingress-controller/${name}`);
  const temporary = ["body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `var/lib/nginx/${name}`);
  for (const folder of [...written, ...temporary, "tmp/nginx", "var/log/nginx", "run"])
    await mkdir(at(folder), { recursive: true });
  await chmod(at("tmp"), 0o1777);
  await rm(at("var/log/nginx"), { recursive: true });
  await mkdir(at("var/log/nginx"));
  await symlink("/dev/stdout", at("var/log/nginx/access.log"));
  await symlink("/dev/stderr", at("var/log/nginx/error.log"));
  const owned = ["etc/nginx", "etc/ingress-controller", "tmp/nginx", "var/lib/nginx", "var/log/nginx", "run"];
  await run("chown", ["-R", "-h", user, ...owned.map(at)]);
  // All three, as each hands it on to the next: the chart has no user gain what the one before did not have.
  for (const program of ["usr/bin/dumb-init", command, "usr/sbin/nginx"])
    await run("setcap", ["cap_net_bind_service=+ep", at(program)]);
}
