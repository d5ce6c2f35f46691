import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceResponse,
  SupportsFeatureResponse,
  type RegisterResourceRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** A resource as a program registers it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: unknown;
}

/** Stands in for Pulumi's engine: takes down which resources are registered, and makes none. */
export class Engine {
  readonly registered: Registered[] = [];
  private readonly server = new grpc.Server();

  /** Serves the engine and its monitor of resources. @returns the address of both. */
  async start(): Promise<string> {
    const features = ["secrets", "resourceReferences", "outputValues"];
    const nothing: grpc.handleUnaryCall<unknown, Empty> = (_call, callback) => callback(null, new Empty());
    this.server.addService(EngineService, { log: nothing });
    this.server.addService(ResourceMonitorService, {
      supportsFeature: ({ request }: { request: SupportsFeatureRequest }, callback: grpc.sendUnaryData<unknown>) =>
        callback(null, new SupportsFeatureResponse().setHassupport(features.includes(request.getId()))),
      registerResource: ({ request }: { request: RegisterResourceRequest }, callback: grpc.sendUnaryData<unknown>) =>
        callback(null, this.register(request)),
      registerResourceOutputs: nothing,
    });
    const port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private register(request: RegisterResourceRequest): RegisterResourceResponse {
    const [type, name] = [request.getType(), request.getName()];
    this.registered.push({ type, name, inputs: request.getObject()?.toJavaScript() });
    return new RegisterResourceResponse()
      .setUrn(`urn:pulumi:dev::shop::${type}::${name}`)
      .setObject(request.getObject());
  }
}
