import assert from "node:assert/strict";
import { labStatus } from "../../../lab/status";
import { kubectl, testLab } from "./lab";

/** The process of one of the lab's pieces, by the piece's name in `sluice lab status`. */
export async function processOf(piece: string): Promise<number> {
  const { pieces } = await labStatus({ name: testLab.name, apiPort: testLab.port });
  const pid = pieces.find((one) => one.piece === piece)?.pid;
  assert.ok(pid, `the lab has no running ${piece}: ${pieces.map((one) => one.piece).join(", ")}`);
  return pid;
}

/** After an API server that was away, its controllers and the kubelet may need a while until they see what is new. */
export async function untilControllersWork(): Promise<void> {
  const name = "are-controllers-back";
  await kubectl("create", "deployment", name, "-n", "default", "--image", "registry.lab/moody:1");
  await kubectl("rollout", "status", "deployment", name, "-n", "default", "--timeout", "180s");
  await kubectl("delete", "deployment", name, "-n", "default", "--wait");
}
