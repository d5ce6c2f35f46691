import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../progress/user-error";
import type { ControllerSeries, Role } from "../../routers/router";
import type { PresentTraffic } from "../forecast";
import type { ReadPages } from "./meter";
import { Tally } from "./tally";

/**
 * What users of stable do, by two readings of the controller's counters: the rate is what comes between them, and the part
 * that fails is that of all requests since its pods were started.
 *
 * @param seconds between the readings.
 * @throws UserError if nothing can be read, and if no requests come.
 */
export async function countTraffic(
  series: Readonly<Record<Role, ControllerSeries>>,
  read: ReadPages,
  seconds: number,
  signal: AbortSignal,
): Promise<PresentTraffic> {
  const tally = new Tally(series);
  tally.add(await read(tally.names, signal));
  await sleep(1000 * seconds, undefined, { signal });
  const { stable } = tally.add(await read(tally.names, signal));
  if (stable.requests === 0)
    throw new UserError(
      `no users send requests (none within ${seconds} s): pass --rate REQUESTS_PER_SECOND`,
      "SLUICE1602",
    );
  const { requests, failed } = tally.total("stable");
  return { rate: stable.requests / seconds, errorRate: failed / requests };
}
