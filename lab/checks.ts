import { createServer } from "node:net";
import { existsSync, readdirSync } from "node:fs";
import { UserError } from "../progress/user-error";
import { type Lab, type LabOptions, readRecord } from "./identity";
import { daemonState } from "./processes/daemon";
import { ownProcesses } from "./processes/sweep";

/** Refuses a machine, or a user, that can't have a lab. */
export function checkMachine(platform: string = process.platform, user: number | undefined = process.getuid?.()): void {
  const instead = "Or use a cluster that you have: one made by kind, or any other with --context.";
  if (platform !== "linux") {
    throw new UserError(`The lab needs Linux, for its namespaces and control groups; this is ${platform}. ${instead}`);
  }
  if (user !== 0) {
    throw new UserError(
      `The lab needs root, for its network namespaces and containers; this is user ${user ?? "unknown"}. Run it with sudo. ${instead}`,
    );
  }
}

/** Refuses a state folder that is not a lab's. */
export function checkState(lab: Lab): void {
  if (!existsSync(lab.state) || readRecord(lab.state) || readdirSync(lab.state).length === 0) return;
  throw new UserError(`${lab.state} exists and is not a lab's. Move it away, or choose another name with --name.`);
}

/** Refuses a port on which something else listens, or another one than the running lab has. */
export async function checkPort(lab: Lab, options: LabOptions): Promise<void> {
  const recorded = readRecord(lab.state)?.apiPort;
  if (
    options.apiPort !== undefined &&
    recorded !== undefined &&
    recorded !== options.apiPort &&
    ownProcesses(lab).length > 0
  ) {
    throw new UserError(
      `The lab ${lab.name} exists with its API at port ${recorded}, not ${options.apiPort}: leave --api-port out, or take the lab down first.`,
    );
  }
  if (daemonState(lab, "relay").running || (await isFree(lab.apiPort))) return;
  throw new UserError(
    `Port ${lab.apiPort} on 127.0.0.1, for the API of the lab ${lab.name}, is taken by another program. Choose another with --lab-port (of sluice lab: --api-port).`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else if (error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
