import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConstructRequest, GetSchemaRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { specialOutputValueSig, specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";
import { version } from "../../package.json";
import { packageFolder } from "../../package-folder";
import { temporaryFolder } from "../unit/support/folders";
import { Engine } from "./support/engine";
import { installPackage } from "./support/install-package";

/** What a program in another language sends for an output. */
const output = { [specialSigKey]: specialOutputValueSig };
/** One that is known only after an update. */
const later = output;

describe("the provider of the components, as pulumi package add starts it", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const engine = new Engine();
  const started: ChildProcess[] = [];
  let address: string;
  let provider: ResourceProviderClient;

  const start = async (program: string) => {
    const script = createRequire(join(program, "index.js")).resolve("@pulumi/pulumi/cmd/run-plugin");
    const plugin = spawn(process.execPath, [script, program, address], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(plugin);
    const [port] = (await once(plugin.stdout, "data")) as [Buffer];
    return new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  };

  before(async () => {
    await installPackage(folder);
    address = await engine.start();
    provider = await start(join(folder, "node_modules", "sluice", "dist", "provider"));
  });

  after(() => {
    for (const plugin of started) plugin.kill();
    engine.stop();
  });

  const construct = (type: string, inputs: Record<string, unknown>): Promise<ConstructResponse> => {
    const request = new ConstructRequest()
      .setProject("shop")
      .setStack("dev")
      .setDryrun(true)
      .setMonitorendpoint(address)
      .setType(type)
      .setName("shop")
      .setInputs(Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>));
    return promisify<ConstructRequest, ConstructResponse>(provider.construct.bind(provider))(request);
  };

  for (const [place, served] of [
    ["the npm package", () => Promise.resolve(provider)],
    ["a clone, which Pulumi makes of a Git URL", () => start(join(packageFolder, "provider"))],
  ] as const)
    it(`has the schema of the components in ${place}`, async () => {
      const client = await served();
      const getSchema = promisify<GetSchemaRequest, { getSchema(): string }>(client.getSchema.bind(client));
      const schema = JSON.parse((await getSchema(new GetSchemaRequest())).getSchema()) as unknown;
      const written = JSON.parse(readFileSync(join(packageFolder, "provider", "schema.json"), "utf8")) as object;
      assert.deepEqual(schema, { ...written, version });
    });

  it("makes the release of docs/components.md; secrets stay secret, and what is known later stays unknown", async () => {
    const page = readFileSync(join(packageFolder, "docs", "components.md"), "utf8");
    const [, program = ""] = page.match(/^```yaml\n([^]*?)^```$/m) ?? [];
    const given = (_key: unknown, value: unknown) => {
      if (value === "${token}") return { ...output, value: "hush", secret: true };
      return typeof value === "string" && value.startsWith("${") ? later : value;
    };
    const { resources } = parse(program, given) as {
      readonly resources: { readonly shop: { readonly type: string; readonly properties: Record<string, unknown> } };
    };
    const made = await construct(resources.shop.type, resources.shop.properties);
    assert.equal(made.getUrn(), "urn:pulumi:dev::shop::sluice:release:Release::shop");
    const [, traffic = ""] = page.match(/^```text\n([^]*?)^```$/m) ?? [];
    assert.deepEqual(made.getState()?.toJavaScript(), {
      url: "http://shop.example.com/",
      traffic: traffic.trim().split("\n"),
    });
    const of = (type: string, name: string) =>
      JSON.stringify(engine.registered.find((one) => one.type === type && one.name === name)?.inputs);
    const ingress = of("kubernetes:networking.k8s.io/v1:Ingress", "shop-canary");
    assert.ok(ingress.includes(`"namespace":"${unknownValue}"`), ingress);
    const deployment = of("kubernetes:apps/v1:Deployment", "shop-v2");
    assert.ok(deployment.includes(JSON.stringify({ [specialSigKey]: specialSecretSig, value: "hush" })), deployment);
  });

  it("refuses what a program refuses, by the argument", async () => {
    const versions = { v1: { image: "registry.example/shop:1.4" } };
    const refusal = construct("sluice:release:Release", { host: "shop.example.com", stable: later, versions });
    await assert.rejects(refusal, ({ details }: ServiceError) => {
      assert.match(details, /sluice:stable is an output, which a preview may not know: it must be/);
      return true;
    });
  });

  it("knows no other components", () =>
    assert.rejects(construct("sluice:index:Other", {}), ({ details }: ServiceError) =>
      details.includes("no component sluice:index:Other"),
    ));
});
