import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseStackConfig } from "../../../config";
import { readStack } from "../../../engine/stack-file";
import { routeObjects } from "../../../routers";
import { leaseKey } from "../rollout/store/lease-bench";
import { fakeApi } from "../support/fake-api";
import { hasTerminal, sluiceInTerminal, type TerminalRun } from "../support/terminal";

describe("a question at a terminal", function () {
  this.timeout(60_000);
  const fake = fakeApi();
  const { file, config: raw } = readStack("dev");
  const text = readFileSync(file, "utf8");
  before(function () {
    if (!hasTerminal) this.skip();
  });

  /** Asks for less of the canary, on a cluster whose routes say what the file says. */
  async function ask() {
    const config = parseStackConfig(raw);
    const kinds: Record<string, string> = { Service: "services", Ingress: "ingresses" };
    for (const one of routeObjects({ config, plan: config.plan, title: config.workload }))
      fake().api.put(`${kinds[one.kind]}/${one.metadata.namespace}/${one.metadata.name}`, one);
    const variables = { KUBECONFIG: fake().cluster.kubeconfig };
    const run = await sluiceInTerminal(variables, "shift", "--stack", "dev", "--weight", "5", "--context", "fake");
    await run.until(/Move the traffic of dev on fake\? \[y\/N\]/);
    assert.match(run.shown(), /95% v1, 5% v2/);
    return run;
  }

  function demandUnchanged() {
    assert.equal(readFileSync(file, "utf8"), text);
    const changes = fake().api.requests.filter((request) => !/^GET | leases/.test(request));
    assert.deepEqual(changes, []);
  }

  for (const [title, end, expected] of [
    ["SIGTERM", ({ pid }: TerminalRun) => process.kill(pid, "SIGTERM"), 130],
    ["a terminal that is closed", ({ pid }: TerminalRun) => process.kill(pid, "SIGHUP"), 130],
    ["Ctrl-C", ({ type }: TerminalRun) => type("\x03"), 130],
  ] as const)
    it(`leaves the file and the cluster as they were where it is ended by ${title}`, async () => {
      const run = await ask();
      end(run);
      assert.equal(await run.status, expected);
      demandUnchanged();
      assert.equal(fake().api.objects.has(leaseKey), false);
    });

  it("does so while the command is stopped, as by Ctrl-Z, and where the answer is no", async () => {
    const { stop, goOn, type, status, shown } = await ask();
    await stop();
    demandUnchanged();
    goOn();
    type("n\r");
    assert.equal(await status, 1);
    assert.match(shown(), /nothing was changed/);
    demandUnchanged();
  });
});

describe("a rollout that is refused in a terminal", function () {
  this.timeout(60_000);
  const fake = fakeApi();
  before(function () {
    if (!hasTerminal) this.skip();
  });

  it("ends", async () => {
    const variables = { KUBECONFIG: fake().cluster.kubeconfig };
    const { status, shown } = await sluiceInTerminal(
      variables,
      ..."rollout --resume --stack dev --context fake".split(" "),
    );
    assert.equal(await status, 1);
    assert.match(shown(), /dev has no rollout to resume/);
  });
});
