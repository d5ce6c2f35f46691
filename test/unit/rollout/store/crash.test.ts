import assert from "node:assert/strict";
import { clusterApi } from "../../../../cluster/api";
import { crashOf } from "../../../../rollout/store/crash";
import { fakeApi } from "../../support/fake-api";

const labels = { app: "nginx", version: "v2" };
const second = 1000;
const time = Date.parse("2026-03-02T09:00:00Z");

describe("why a version's pods can't run", () => {
  const fake = fakeApi();
  const put = (name: string, state: object, metadata: object = {}, lastState?: object) =>
    fake().api.put(`pods/demo/${name}`, {
      metadata: { labels, creationTimestamp: new Date(time).toISOString(), ...metadata },
      status: { containerStatuses: [{ name: "nginx", state, ...(lastState && { lastState }) }] },
    });
  const waiting = (reason: string) => ({ waiting: { reason } });
  const crash = (since?: number) => crashOf(clusterApi(fake().cluster), "demo", labels, since);

  it("is nothing where they do, or still may", async () => {
    assert.equal(await crash(), undefined);
    put("a", { running: {} });
    put("b", waiting("ContainerCreating"));
    put("c", waiting("ErrImagePull"));
    put("d", { terminated: { exitCode: 1 } });
    fake().api.put("pods/demo/e", { metadata: { labels } });
    assert.equal(await crash(), undefined);
  });

  for (const reason of [
    "CrashLoopBackOff",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
  ])
    it(`is ${reason}`, async () => {
      put("a", { running: {} });
      put("b", waiting(reason));
      assert.equal(await crash(), `pod b is in ${reason}`);
    });

  it("has how it ended the last time", async () => {
    put("a", waiting("CrashLoopBackOff"), {}, { terminated: { exitCode: 137 } });
    assert.equal(await crash(), "pod a is in CrashLoopBackOff (last exit 137)");
  });

  it("is not that of another version or workload", async () => {
    put("a", waiting("CrashLoopBackOff"), { labels: { ...labels, version: "v1" } });
    put("b", waiting("CrashLoopBackOff"), { labels: { ...labels, app: "other" } });
    assert.equal(await crash(), undefined);
  });

  it("is not that of a pod on its way out", async () => {
    put("a", waiting("CrashLoopBackOff"), { deletionTimestamp: new Date(time).toISOString() });
    assert.equal(await crash(), undefined);
  });

  it("is not that of a pod from before, whose time has whole seconds", async () => {
    put("a", waiting("CrashLoopBackOff"));
    assert.equal(await crash(time + 2 * second), undefined);
    assert.equal(await crash(time + 0.9 * second), "pod a is in CrashLoopBackOff");
    assert.equal(await crash(time - second), "pod a is in CrashLoopBackOff");
  });
});
