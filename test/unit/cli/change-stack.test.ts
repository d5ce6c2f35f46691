import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { changeStack, type ChangeOptions } from "../../../cli/change-stack";
import type { Session } from "../../../cli/session";
import { parseStackConfig } from "../../../config";
import { UserError } from "../../../progress/user-error";
import { routeObjects } from "../../../routers";
import { fakeApi } from "../support/fake-api";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack } from "../support/stacks";

const weight = "nginx.ingress.kubernetes.io/canary-weight";
const kinds: Record<string, string> = { Service: "services", Ingress: "ingresses" };

describe("a shift that is patched and then can't be measured", () => {
  const fake = fakeApi();
  const folder = temporaryFolder();

  it("is reconciled by Pulumi all the same, and fails then", async () => {
    const config = smallStack({ "sluice:canaryWeight": 50 });
    const file = writeInto(folder, "Pulumi.try.yaml", stringify({ config }));
    const parsed = parseStackConfig(config);
    for (const one of routeObjects({ config: parsed, plan: parsed.plan, title: parsed.workload }))
      fake().api.put(`${kinds[one.kind]}/${one.metadata.namespace}/${one.metadata.name}`, one);
    const reconciled: unknown[] = [];
    const engineFor = (target: { config: Record<string, unknown> }) => ({
      successors: [],
      up: () => {
        reconciled.push(target.config["sluice:canaryWeight"]);
        return Promise.resolve({ changes: [], outputs: {} });
      },
    });
    const session = {
      file: { stack: "try", file, config },
      choice: { name: "fake", cluster: () => fake().cluster },
      config: () => parsed,
      outputs: () => Promise.reject(new UserError("the state backend is away")),
      engineFor,
    } as unknown as Session;
    const options = { stack: "try", yes: true, json: true, requests: 10 } as ChangeOptions;
    const changing = changeStack(session, () => ({ canaryWeight: 20 }), options);
    await assert.rejects(changing, /the state backend is away/);
    assert.deepEqual(reconciled, [20]);
    assert.equal(fake().api.objects.get("ingresses/demo/nginx-canary")?.metadata.annotations?.[weight], "20");
    assert.match(readFileSync(file, "utf8"), /sluice:canaryWeight: 20/);
  });
});
