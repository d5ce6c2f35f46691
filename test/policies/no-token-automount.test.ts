import assert from "node:assert/strict";
import { noTokenAutomount } from "../../policies/no-token-automount";
import { check, mend, type Resource } from "./support/check";
import { deployment, object, service, template } from "./support/objects";

interface Mended {
  readonly spec: { readonly template: { readonly spec: Readonly<Record<string, unknown>> } };
}

describe("no-token-automount", () => {
  const refused = async (pod: object) => (await check(noTokenAutomount, [deployment({ pod })])).violations;

  it("refuses pods that get a token without asking for one", async () => {
    assert.match((await refused({}))[0] ?? "", /^Deployment demo\/nginx-v1 gets a token for the API server: /);
    assert.equal((await refused({ serviceAccountName: "default" })).length, 1);
    assert.equal((await refused({ automountServiceAccountToken: true })).length, 1);
  });

  for (const pod of [{ automountServiceAccountToken: false }, { serviceAccountName: "operator" }])
    it(`lets ${JSON.stringify(pod)} pass`, async () => assert.deepEqual(await refused(pod), []));

  it("mends such pods and nothing else of them", async () => {
    const [before, after] = [deployment(), (await mend(noTokenAutomount, deployment())) as Mended];
    const { automountServiceAccountToken, ...rest } = after.spec.template.spec;
    assert.equal(automountServiceAccountToken, false);
    assert.deepEqual(rest, (before.props as unknown as Mended).spec.template.spec);
    assert.equal(await mend(noTokenAutomount, deployment({ pod: { serviceAccountName: "operator" } })), undefined);
    assert.equal(await mend(noTokenAutomount, service()), undefined);
  });

  it("mends each kind of pods where its template is", async () => {
    const cron: Resource = object(
      "batch/v1",
      "CronJob",
      {},
      { spec: { jobTemplate: { spec: { template: template() } } } },
    );
    const { spec } = (await mend(noTokenAutomount, cron)) as { spec: { jobTemplate: { spec: Mended["spec"] } } };
    assert.equal(spec.jobTemplate.spec.template.spec["automountServiceAccountToken"], false);
    const pod = object("v1", "Pod", {}, { spec: { containers: [] } });
    assert.deepEqual(((await mend(noTokenAutomount, pod)) as { spec: object }).spec, {
      containers: [],
      automountServiceAccountToken: false,
    });
  });

  it("keeps secrets secret", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "open-sesame" };
    const container = { env: [{ name: "PASSWORD", value: secret }] };
    const after = JSON.stringify(await mend(noTokenAutomount, deployment({ container })));
    assert.ok(after.includes(JSON.stringify({ name: "PASSWORD", value: secret })), after);
  });
});
