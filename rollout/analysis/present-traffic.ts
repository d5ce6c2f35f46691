import { UserError } from "../../progress/user-error";
import type { PresentTraffic } from "../forecast";
import type { Named } from "./controller-series";
import { prometheusReadings, type Ask } from "./prometheus-readings";

const seconds = 300;

/**
 * What users of stable do, as Prometheus has counted it in the last five minutes.
 *
 * @throws UserError where nobody counts the stack's requests, or there were none.
 */
export async function presentTraffic(subject: Named, ask: Ask): Promise<PresentTraffic> {
  const { requests, failed } = await prometheusReadings(subject, seconds, ask).counts("stable");
  if (requests === 0)
    throw new UserError(
      `no requests reached ${subject.workload} in the last ${seconds / 60} minutes: pass --rate REQUESTS_PER_SECOND`,
      "SLUICE1602",
    );
  return { rate: requests / seconds, errorRate: Math.min(failed, requests) / requests };
}
