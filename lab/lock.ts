import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../progress/user-error";

/**
 * Takes the lock of the lab of this name, so that no two commands change one lab at once.
 *
 * The lock is a listening socket in the kernel's abstract namespace: it goes with the process that holds it, however that
 * ends, so there is never a stale one to judge.
 *
 * @param patience how many seconds to wait for a command that holds it.
 * @returns what gives it back.
 * @throws UserError naming the process that holds it.
 */
export async function takeLock(name: string, patience = 0): Promise<() => void> {
  const address = `\0sluice/lab/${name}`;
  const end = Date.now() + patience * 1000;
  const server = createServer((client) => client.on("error", () => undefined).end(String(process.pid)));
  if (await listens(server, address)) {
    server.unref();
    return () => void server.close();
  }
  const holder = await askHolder(address);
  if (Date.now() < end) {
    await sleep(100);
    return takeLock(name, (end - Date.now()) / 1000);
  }
  throw new UserError(
    `Another command${holder ? ` (process ${holder})` : ""} is changing the lab ${name} right now; wait until it has ended.`,
  );
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(address, () => resolve(true));
  });
}

function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const client = connect(address);
    const finish = () => {
      client.destroy();
      resolve(/^\d+$/.test(answer) ? answer : undefined);
    };
    client.setTimeout(1000, finish);
    client.on("data", (data) => (answer += data.toString()));
    client.on("end", finish);
    client.on("error", finish);
  });
}
