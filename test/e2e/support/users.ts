import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { readClusterProfile } from "../../../cluster/profile";
import { testLab } from "./lab";

/** What a user was answered to one request. */
interface UserAnswer {
  readonly path: string;
  readonly status?: number;
  readonly body?: string;
  readonly frontend?: string;
  readonly error?: string;
}

/** What came of the visits of all users. */
export interface Visits {
  readonly requests: number;
  /** Requests without an answer of 200, in words. */
  readonly failures: readonly string[];
  /** Calls that a front end of one version had answered by a back end of another, in words. */
  readonly crossings: readonly string[];
  /** How many users were served by more than one version. */
  readonly mixed: number;
  /** The versions that served, in order. */
  readonly versions: readonly string[];
}

/**
 * Has users visit the example of several workloads, each a page, its script and two calls, until told to stop.
 *
 * @param rate requests a second.
 */
export function startUsers(
  address: string,
  host: string,
  rate = 50,
  headers: Readonly<Record<string, string>> = {},
): { stop(): Promise<Visits> } {
  const client = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  const script = readFileSync(join(__dirname, "visitor.js"), "utf8");
  const [program = "node", ...args] = [
    ...client,
    "node",
    "-e",
    script,
    JSON.stringify({ address, host, rate, headers }),
  ];
  const subprocess = execa(program, args, { maxBuffer: 200_000_000 });
  return {
    stop: async () => {
      subprocess.stdin.end();
      const { stdout } = await subprocess;
      return count(JSON.parse(stdout) as UserAnswer[][]);
    },
  };
}

function count(visits: readonly (readonly UserAnswer[])[]): Visits {
  const answers = visits.flat();
  const versionsOf = (visit: readonly UserAnswer[]) => [...new Set(visit.flatMap((answer) => versionOf(answer) ?? []))];
  return {
    requests: answers.length,
    failures: answers.flatMap(({ path, status, error }) =>
      status === 200 ? [] : [`${path}: ${error ?? `status ${status}`}`],
    ),
    crossings: answers.flatMap((answer) => {
      const [front, back] = [answer.frontend, answer.path.startsWith("/api/") ? backendOf(answer) : undefined];
      return front !== undefined && back !== undefined && front !== back
        ? [`frontend ${front} → back end ${back}`]
        : [];
    }),
    mixed: visits.filter((visit) => versionsOf(visit).length > 1).length,
    versions: [...new Set(visits.flatMap(versionsOf))].sort(),
  };
}

/** By its text a page or a script, by its header a call. */
function versionOf({ frontend, body = "" }: UserAnswer): string | undefined {
  const text = /V([123])\1/.exec(body)?.[1];
  return frontend ?? (text === undefined ? undefined : `v${text}`);
}

/** Each version of the back end has ten devices of its own: wsytest001 to wsytest010 are v1's. */
function backendOf({ body = "" }: UserAnswer): string | undefined {
  const device = /wsytest0(\d\d)/.exec(body)?.[1];
  return device === undefined ? undefined : `v${Math.ceil(Number(device) / 10)}`;
}
