import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import type { StepContext } from "../../progress/step";
import { cached, hashOf } from "../cache";
import { run } from "../command";
import type { ProgramFolders } from "../programs";
import type { LabImage } from "./catalog";
import { fillIngressNginx, ingressNginxConfig, ingressNginxRecipe } from "./ingress-nginx";
import { fillIstioProxy, istioProxyEntrypoint, istioProxyRecipe, istioUser } from "./istio";
import { fillNginx, nginxEntrypoint, nginxRecipe } from "./nginx";
import { fillPrometheus, prometheusEntrypoint, prometheusRecipe } from "./prometheus";

/** An image as a file that containerd can import. */
export interface ImageArchive {
  readonly reference: string;
  readonly file: string;
  /** Changes with the image's contents. */
  readonly key: string;
}

/** Bumped when images are put together in another way. */
const recipeVersion = "1";

async function keyOf(image: LabImage, programs: ProgramFolders): Promise<string> {
  const { content, reference } = image;
  const label = reference.replace(/[^a-z0-9.]+/g, "-");
  return `image-${label}-${hashOf({ source: await sourceOf(content, programs), content: JSON.stringify(content), reference, recipeVersion })}`;
}

async function sourceOf(content: LabImage["content"], programs: ProgramFolders): Promise<string> {
  if (content.kind === "program") {
    const modules = [content.module, ...(content.tools ? ["tools"] : [])];
    return modules.map((module) => basename(programs[module] ?? "")).join();
  }
  if (content.kind === "ingress-nginx") return basename(programs[content.module] ?? "") + (await ingressNginxRecipe());
  if (content.kind === "istio-proxy") return basename(programs[content.module] ?? "") + istioProxyRecipe;
  return content.kind === "nginx" ? nginxRecipe : prometheusRecipe;
}

/**
 * Makes the images that are not in the cache yet.
 *
 * @param archives what each is added to as soon as it is there.
 * @returns how many had to be made.
 */
export async function buildImages(
  images: readonly LabImage[],
  programs: ProgramFolders,
  archives: ImageArchive[],
  context: StepContext,
): Promise<number> {
  let built = 0;
  for (const [index, image] of images.entries()) {
    const key = await keyOf(image, programs);
    const progress = `${index + 1} of ${images.length}: ${image.reference}`;
    const { directory, made } = await cached(key, async (into) => {
      context.report(progress);
      const nested = { ...context, report: (detail: string) => context.report(`${progress}, ${detail}`) };
      await assemble(image, programs, join(into, "image.tar"), nested);
    });
    if (made) built += 1;
    archives.push({ reference: image.reference, file: join(directory, "image.tar"), key });
  }
  return built;
}

async function assemble(
  image: LabImage,
  programs: ProgramFolders,
  archive: string,
  context: StepContext,
): Promise<void> {
  const { signal } = context;
  const work = await mkdtemp(join(tmpdir(), "sluice-lab-image-"));
  const layout = join(work, "layout");
  const bundle = join(work, "bundle");
  const umoci = (...args: string[]) => run("umoci", args, { signal });
  try {
    await umoci("init", "--layout", layout);
    await umoci("new", "--image", `${layout}:image`);
    await umoci("unpack", "--image", `${layout}:image`, bundle);
    const root = join(bundle, "rootfs");
    const config = await fill(image, programs, root, context);
    context.report("packs it");
    await umoci("repack", "--image", `${layout}:image`, bundle);
    await umoci("config", "--image", `${layout}:image`, ...config);
    await run("skopeo", ["copy", "-q", `oci:${layout}:image`, `docker-archive:${archive}:${image.reference}`], {
      signal,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Puts an image's files in place; gives the options that describe how it is run. */
async function fill(image: LabImage, programs: ProgramFolders, root: string, context: StepContext): Promise<string[]> {
  const { content } = image;
  if (content.kind === "nginx") {
    await fillNginx(root, context, content.answer);
    return [
      ...nginxEntrypoint.map((argument) => `--config.entrypoint=${argument}`),
      "--config.stopsignal=SIGQUIT",
      `--config.exposedports=${content.answer?.port ?? 80}/tcp`,
      `--config.env=IMAGE_REVISION=${content.revision}`,
      "--config.env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
  }
  if (content.kind === "prometheus") {
    await fillPrometheus(root, context);
    return prometheusEntrypoint.map((argument) => `--config.entrypoint=${argument}`);
  }
  if (content.kind === "istio-proxy") {
    await fillIstioProxy(root, programs[content.module] ?? "", context);
    const entrypoint = istioProxyEntrypoint.map((argument) => `--config.entrypoint=${argument}`);
    return [...entrypoint, `--config.user=${istioUser}`];
  }
  if (content.kind === "ingress-nginx") {
    await fillIngressNginx(root, programs[content.module] ?? "", context);
    return ingressNginxConfig;
  }
  await mkdir(join(root, "tmp"), { mode: 0o1777 });
  await copyFile(join(programs[content.module] ?? "", content.program), join(root, content.program));
  if (content.tools) await mkdir(join(root, "bin"));
  for (const tool of content.tools ?? []) await copyFile(join(programs["tools"] ?? "", tool), join(root, "bin", tool));
  const env = Object.entries(content.env ?? {}).map(([name, value]) => `--config.env=${name}=${value}`);
  const user = content.user === undefined ? [] : [`--config.user=${content.user}`];
  return [`--config.entrypoint=/${content.program}`, ...user, ...env];
}
