import { readFileSync } from "node:fs";
import { request } from "node:https";
import type { Lab } from "../identity";
import { certificatePaths } from "./certificates";

/** The API server's answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Options of a request to the API. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  /** The media type of the answer, where not everything is wanted. */
  readonly accept?: string;
}

/** Asks the lab's API server through the relay, as a user's programs do. */
export function askApi(lab: Lab, path: string, { signal, accept }: AskOptions = {}): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const paths = certificatePaths(lab);
    const asked = request(
      {
        host: "127.0.0.1",
        port: lab.apiPort,
        path,
        ca: readFileSync(paths.ca),
        cert: readFileSync(paths.admin),
        key: readFileSync(paths.adminKey),
        agent: false,
        timeout: 5000,
        ...(signal && { signal }),
        ...(accept !== undefined && { headers: { accept } }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        response.on("error", reject);
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer within 5 s")));
    asked.on("error", reject);
    asked.end();
  });
}

/** Whether the API server is ready, and why not. */
export async function apiReadiness(lab: Lab): Promise<{ ready: boolean; detail: string }> {
  try {
    const { status, body } = await askApi(lab, "/readyz?verbose");
    const failing = body.split("\n").filter((line) => line.startsWith("[-]"));
    return { ready: status === 200, detail: status === 200 ? "ready" : failing.join("; ") || `answers ${status}` };
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

interface NodeBody {
  status?: { conditions?: { type: string; status: string; message?: string; lastHeartbeatTime?: string }[] };
}

/** Whether the node is Ready, and its message if not. */
export async function nodeReadiness(lab: Lab): Promise<{ ready: boolean; detail: string; heartbeat?: Date }> {
  try {
    const { status, body } = await askApi(lab, `/api/v1/nodes/${lab.name}`);
    if (status === 404) return { ready: false, detail: "the node has not registered" };
    const ready = (JSON.parse(body) as NodeBody).status?.conditions?.find(({ type }) => type === "Ready");
    if (!ready) return { ready: false, detail: "the node has not reported yet" };
    const heartbeat = new Date(ready.lastHeartbeatTime ?? 0);
    return {
      ready: ready.status === "True",
      detail: ready.status === "True" ? "Ready" : (ready.message ?? ""),
      heartbeat,
    };
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
