import type { TrafficPlan } from "../traffic/plan";
import type { Sample } from "../traffic/samples";
import type { ProbeJob } from "./send-requests";

/** A stack's address. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** The requests that show a rule of a plan, as a job. */
export function jobFor(plan: TrafficPlan, { request, nodePort }: Sample, place: Place, count: number): ProbeJob {
  const { host, path, headers = {}, cookies = {} } = request;
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const tls = isSecured(plan, host);
  // The place's port is the first route's; a preview may be served by TLS where users are not, and the other way round.
  const isLikeFirst = plan.router === "service" || tls === (plan.routes[0]?.tls === true);
  return {
    address: place.address,
    port: nodePort ?? (isLikeFirst ? place.port : tls ? 443 : 80),
    tls,
    host,
    path,
    headers: { ...headers, ...(pairs.length > 0 && { Cookie: pairs.join("; ") }) },
    count,
    // A Service chooses a pod for each connection, not for each request.
    keepAlive: plan.router !== "service",
  };
}

/** True if a host is served by TLS: a plain request for it would be sent on. */
function isSecured(plan: TrafficPlan, host: string): boolean {
  if (plan.strategy === "replicaRatio") return false;
  const preview = plan.strategy === "blueGreen" && plan.preview ? [plan.preview] : [];
  return [...plan.routes, ...preview].some((route) => route.tls === true && route.host.replace(/^\*/, "any") === host);
}
