import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { unpackPackages } from "../packages";

/** Debian's packages of which the image is made: nginx, its Lua module, and the libraries of both. */
export const nginxPackages = [
  "libc6",
  "libgcc-s1",
  "libcrypt1",
  "libpcre2-8-0",
  "libpcre3",
  "libssl3",
  "zlib1g",
  "libluajit2-5.1-2",
  "lua-resty-core",
  "lua-resty-lrucache",
  "nginx",
  "nginx-common",
  "libnginx-mod-http-ndk",
  "libnginx-mod-http-lua",
];

const prefix = "/usr/local/openresty/nginx";
const modules = "/usr/lib/nginx/modules";

/** How nginx is started: it finds its configuration where OpenResty's image has it. */
export const nginxEntrypoint = [
  "/usr/sbin/nginx",
  "-p",
  prefix,
  "-c",
  "conf/nginx.conf",
  "-g",
  `daemon off; load_module ${modules}/ndk_http_module.so; load_module ${modules}/ngx_http_lua_module.so;`,
];

/** What an image answers that is given no configuration of its own. */
export interface DefaultAnswer {
  /** The port that it listens on. */
  readonly port: number;
  /** The whole answer; Debian's welcome page if it is left out. */
  readonly body?: string;
  /** The `Server` header in place of nginx's own. */
  readonly server?: string;
}

const welcome: DefaultAnswer = { port: 80 };

function defaultConfiguration({ port, body, server }: DefaultAnswer): string {
  const header = server === undefined ? "" : `header_filter_by_lua_block { ngx.header["Server"] = "${server}" }`;
  const answer = body === undefined ? "root html;" : `return 200 "${body}\\n";`;
  return `worker_processes 1;
events {
  worker_connections 1024;
}
http {
  include mime.types;
  default_type ${body === undefined ? "application/octet-stream" : "text/plain"};
  ${header}
  server {
    listen ${port};
    location / {
      ${answer}
    }
  }
}
`;
}

const passwd = `root:x:0:0:root:/root:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nonroot:x:65532:65532:nonroot:/tmp:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const group = "root:x:0:\nwww-data:x:33:\nnonroot:x:65532:\nnogroup:x:65534:\n";

/** A short text that changes with the image's contents. */
export const nginxRecipe = JSON.stringify([
  nginxPackages,
  nginxEntrypoint,
  defaultConfiguration({ port: 80, body: "", server: "" }),
  passwd,
  group,
  1,
]);

/** Fills an image's root folder with nginx, such that it runs as any user and on a read-only root. */
export async function fillNginx(root: string, context: StepContext, answer = welcome): Promise<void> {
  const packages = await mkdtemp(join(tmpdir(), "sluice-lab-debs-"));
  try {
    await unpackPackages(nginxPackages, packages, root, context);
  } finally {
    await rm(packages, { recursive: true, force: true });
  }
  const at = (path: string) => join(root, path);
  for (const folder of ["usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/locale"]) {
    await rm(at(folder), { recursive: true, force: true });
  }
  for (const folder of ["conf", "html"]) await mkdir(at(`${prefix}/${folder}`), { recursive: true });
  await copyFile(at("etc/nginx/mime.types"), at(`${prefix}/conf/mime.types`));
  await copyFile(at("usr/share/nginx/html/index.html"), at(`${prefix}/html/index.html`));
  await writeFile(at(`${prefix}/conf/nginx.conf`), defaultConfiguration(answer));
  await writeFile(at("etc/passwd"), passwd);
  await writeFile(at("etc/group"), group);

  // Any user may run the image, so everything that nginx writes is open to all: its temporary files, …
  const temporary = ["body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `var/lib/nginx/${name}`);
  for (const folder of ["tmp", `${prefix}/logs`, ...temporary]) {
    await mkdir(at(folder), { recursive: true });
    await chmod(at(folder), 0o1777);
  }
  // … its logs, which are the container's output …
  await mkdir(at("var/log/nginx"), { recursive: true });
  await rm(at("run"), { recursive: true, force: true });
  await mkdir(at("run"));
  await chmod(at("var/log/nginx"), 0o755);
  await symlink("/dev/stdout", at("var/log/nginx/access.log"));
  await symlink("/dev/stderr", at("var/log/nginx/error.log"));
  // … and its pid file, which goes to the one folder that is writable in every container.
  await symlink("/dev/shm/nginx.pid", at("run/nginx.pid"));
}
