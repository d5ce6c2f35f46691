import { isGrpcError } from "@pulumi/pulumi/errors";

/**
 * True for the late errors of an interrupted update: the program runs in this process, and its calls of Pulumi's engine
 * fail once that is gone, when nobody waits for them any more. The Automation API ignores them too, while it runs a program.
 */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && isGrpcError(error);
}
