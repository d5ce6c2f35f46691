import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { readClusterProfile } from "../../../cluster/profile";
import { testLab } from "./lab";

/** A request as a user sends it. */
export interface Asked {
  readonly host: string;
  /** `/` by default. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** True for https. */
  readonly tls?: boolean;
  /** 80, or 443 by TLS, where it is left out. */
  readonly port?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Where the user is sent on to. */
  readonly location?: string;
  /** The cookies that were set, `name=value; …`. */
  readonly cookies: readonly string[];
  /** All other headers, by their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** The common name in the certificate. */
  readonly certificate?: string;
}

/**
 * Sends requests from where the lab's users are, all at once, without any of Sluice's own code between: what a rule does
 * is seen apart from what the model says that it does.
 *
 * @param address what is connected to.
 */
export async function ask(address: string, requests: readonly Asked[]): Promise<Answer[]> {
  const client = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  const script = readFileSync(join(__dirname, "asker.js"), "utf8");
  const filled = requests.map((request) => ({ address, path: "/", port: request.tls ? 443 : 80, ...request }));
  const [program = "node", ...args] = [...client, "node", "-e", script, JSON.stringify(filled)];
  const { stdout } = await execa(program, args);
  return JSON.parse(stdout) as Answer[];
}

/** The bodies of the answers, one by one: who served. */
export async function servedBy(address: string, requests: readonly Asked[]): Promise<string[]> {
  return (await ask(address, requests)).map(({ body }) => body.trim());
}
