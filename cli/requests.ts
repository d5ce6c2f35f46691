import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { clipped, listed, shown } from "../values/shown";
import { UserError } from "../progress/user-error";
import type { TrafficRequest } from "../traffic/model";

const texts = (what: string) => z.record(z.string(), z.string(`must be a text`), `must be a map of ${what} to texts`);

const requests = z.array(
  z.strictObject(
    {
      host: z.string("must be the host that is asked for, a text"),
      path: z
        .string("must be the path that is asked for, a text")
        .startsWith("/", "must be a path that starts with /")
        .default("/"),
      headers: texts("headers").optional(),
      cookies: texts("cookies").optional(),
    },
    {
      error: ({ code, keys }) => {
        if (code === "unrecognized_keys")
          return `must have no keys but host, path, headers and cookies, and has ${clipped(keys.join(", "), mostOfKeys)}`;
        return code === "invalid_type" ? "must be a map of host, path, headers and cookies" : undefined;
      },
    },
  ),
  "must be an array of requests",
);

/** How many characters of a key's name are shown. */
const mostOfKeys = 120;

/** The file name that stands for stdin. */
const stdin = "-";

/**
 * Reads the requests of a batch.
 *
 * @param file a file with a JSON array; `-` for stdin.
 * @throws UserError if it can't be read, naming each invalid request, its value and what is allowed.
 */
export async function readRequests(file: string): Promise<TrafficRequest[]> {
  const name = file === stdin ? "stdin" : file;
  const raw = parse(await read(file, name), name);
  const result = requests.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return `${name}${place ? `: ${clipped(place, mostOfKeys)}` : ""} is ${shown(valueAt(raw, path))}: it ${message}`;
  });
  throw new UserError(listed(problems), "SLUICE1103");
}

async function read(file: string, name: string): Promise<string> {
  try {
    // Not by its file descriptor: a non-blocking read fails with EAGAIN if the pipe's writer is slower.
    return await (file === stdin ? text(process.stdin) : readFile(file, "utf8"));
  } catch (error) {
    throw new UserError(`can't read the requests from ${name}: ${(error as Error).message}`, "SLUICE1103");
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(`${name} isn't valid JSON: ${clipped((error as Error).message, 200)}`, "SLUICE1103");
  }
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
}
