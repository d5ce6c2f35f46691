import fc from "fast-check";
import type { TrafficRequest } from "../../../traffic/model";
import type { CanaryPlan } from "../../../traffic/plan";
import { requestsFor } from "../../unit/support/arbitraries";
import { canaryConfigs, type NamedConfig } from "./arbitraries";

/** Odd requests to a canary: paths that nginx normalizes or refuses, cookies that are written badly, names in other cases. */
export function oddRequests(plan: CanaryPlan): fc.Arbitrary<TrafficRequest> {
  const host = fc.constantFrom(...plan.routes).map(({ host: own }) => own.replace("*", "x"));
  const hosts = host.chain((name) =>
    fc.constantFrom(name, name.toUpperCase(), `${name}:8080`, `${name}.`, `y.${name}`),
  );
  const path = fc.constantFrom(...plan.routes).map(({ path: own }) => own);
  const paths = path.chain((own) => {
    const folder = own.endsWith("/") ? own : `${own}/`;
    return fc.constantFrom(
      ...[own, own, folder, `${own}x`, `${own}%20`, `${own};x`, `${folder}.`, `${folder}..`, `${folder}x/../y`],
      ...[
        `/..${own}`,
        `${own}%2Fcart`,
        `${own}%2f`,
        `/%2e${own}`,
        `${own}%00`,
        `${own}%zz`,
        `${own}%`,
        `/${own}`,
        `${own}?a=/../..`,
      ],
      ...[
        own.toUpperCase(),
        own.replace("s", "%73"),
        `${folder}/`,
        `${own}.`,
        `${own}%3Fa`,
        `${own}%C3%A4`,
        `/.${own}`,
      ],
    );
  });
  const name = plan.canary?.cookie ?? "trial";
  const cookies = fc.option(
    fc.constantFrom(
      ...["always", "never", "maybe", ""].flatMap((value) => [
        ...[`${name}=${value}`, `${name.toUpperCase()}=${value}`, `${name} = ${value}`, `lang=en, ${name}=${value}`],
        ...[`${name}=maybe; ${name}=${value}`, `${name}=${value};x`, `x${name}=${value}`, `${name}x; ${name}=${value}`],
        ...[`=${value}`, `; ${name}=${value}`, `${name}=${value} `, `${name}="${value}"`, `a=b;${name}=${value}`],
      ]),
    ),
    { nil: undefined },
  );
  const header = plan.canary?.header;
  const values = fc.constantFrom(
    header?.value ?? "shenzhen",
    "always",
    "never",
    "\tshenzhen",
    "shenzhen\t",
    "beijing",
    "",
  );
  const names = header
    ? fc.constantFrom(header.name, header.name.toUpperCase(), header.name.replaceAll("-", "_"))
    : undefined;
  const sent = names ? fc.record({ names, values }).map((one) => ({ [one.names]: one.values })) : fc.constant({});
  const noise = fc.constantFrom<Record<string, string>>(
    {},
    {},
    { "X-Forwarded-For": "203.0.113.7" },
    { "X-Forwarded-Proto": "https" },
    { Connection: header?.name ?? "x" },
    { "X-Request-ID": "1" },
  );
  return fc.record({ hosts, paths, cookies, sent, noise, tame: requestsFor(plan) }).map((one) => {
    const Cookie = one.cookies;
    const headers = { ...one.noise, ...one.sent, ...(Cookie === undefined ? {} : { Cookie }) };
    return { host: one.hosts, path: one.paths, headers };
  });
}

/** Canaries whose users stay. */
export const stickyConfigs: fc.Arbitrary<NamedConfig> = fc
  .record({
    config: canaryConfigs,
    cookie: fc.constantFrom("INGRESSCOOKIE", "Stay"),
    behavior: fc.constantFrom("sticky", "legacy"),
  })
  .map(({ config, cookie, behavior }) => (name) => ({
    ...config(name),
    "sluice:affinity": { mode: "cookie", cookie, behavior },
  }));
