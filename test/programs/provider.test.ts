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
import { version } from "../../package.json";
import { packageFolder } from "../../package-folder";
import { temporaryFolder } from "../unit/support/folders";
import { Engine } from "./support/engine";
import { installPackage } from "./support/install-package";

/** What a program in another language sends for an output. */
const output = { [specialSigKey]: specialOutputValueSig };
/** One that is known only after an update. */
const later = output;

describe("the npm package as a provider of components, as pulumi package add starts it", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const engine = new Engine();
  let address: string;
  let plugin: ChildProcess;
  let provider: ResourceProviderClient;

  before(async () => {
    await installPackage(folder);
    address = await engine.start();
    const program = join(folder, "node_modules", "sluice", "dist", "provider");
    const start = createRequire(join(program, "index.js")).resolve("@pulumi/pulumi/cmd/run-plugin");
    plugin = spawn(process.execPath, [start, program, address], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(plugin.stdout!, "data")) as [Buffer];
    provider = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  });

  after(() => {
    provider?.close();
    plugin?.kill();
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

  it("has the schema of the components, in the package's version", async () => {
    const getSchema = promisify<GetSchemaRequest, { getSchema(): string }>(provider.getSchema.bind(provider));
    const schema = JSON.parse((await getSchema(new GetSchemaRequest())).getSchema()) as unknown;
    const written = JSON.parse(readFileSync(join(packageFolder, "provider", "schema.json"), "utf8")) as object;
    assert.deepEqual(schema, { ...written, version });
  });

  it("makes a release; secrets stay secret, and what is known later stays unknown", async () => {
    const made = await construct("sluice:release:Release", {
      host: { ...output, value: "shop.example.com" },
      namespace: later,
      stable: "v1",
      canary: "v2",
      canaryWeight: 10,
      versions: {
        v1: { image: "registry.example/shop:1.4", port: 8080 },
        v2: { image: later, port: 8080, env: { TOKEN: { ...output, value: "hush", secret: true } } },
      },
    });
    assert.equal(made.getUrn(), "urn:pulumi:dev::shop::sluice:release:Release::shop");
    assert.deepEqual(made.getState()?.toJavaScript(), {
      url: "http://shop.example.com/",
      traffic: ["http://shop.example.com/: 90% v1, 10% v2"],
    });
    const of = (type: string, name: string) =>
      JSON.stringify(engine.registered.find((one) => one.type === type && one.name === name)?.inputs);
    assert.ok(of("kubernetes:networking.k8s.io/v1:Ingress", "shop-canary").includes(unknownValue));
    const deployment = of("kubernetes:apps/v1:Deployment", "shop-v2");
    assert.ok(deployment.includes(unknownValue), deployment);
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
