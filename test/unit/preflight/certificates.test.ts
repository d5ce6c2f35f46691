import assert from "node:assert/strict";
import { findMissingCertificates } from "../../../preflight/certificates";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { gatewayStack, smallStack } from "../support/stacks";

const tls = { "sluice:route": { tls: [{ secretName: "www", hosts: ["www.test.com"] }] } };

describe("findMissingCertificates", () => {
  for (const [what, config] of Object.entries({ "an Ingress": smallStack(tls), "a Gateway": gatewayStack(tls) }))
    it(`warns of a Secret that ${what} names and that is not there, and is silent once it is`, async () => {
      const live = new FakeObjects();
      const situation = await situationOf(config, live);
      assert.deepEqual((await findMissingCertificates(situation)).warnings, [
        "Secret demo/www does not exist: until it does, the controller serves its own certificate",
      ]);
      live.put(manifest("Secret", "www", { namespace: "demo" }));
      assert.deepEqual((await findMissingCertificates(situation)).warnings, []);
    });
});
