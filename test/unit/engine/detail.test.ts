import assert from "node:assert/strict";
import { detailOf } from "../../../engine/detail";

/** What `pulumi preview --diff` prints of a shift, shortened in the middle. */
const shift = `Previewing update (dev):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:dev::sluice::pulumi:pulumi:Stack::sluice-dev]
    > pulumi:pulumi:StackReference: (read)
        [id=organization/sluice/dev]
        [urn=urn:pulumi:dev::sluice::pulumi:pulumi:StackReference::last-update]
        name: "organization/sluice/dev"
        --outputs:--
      ~ outputs          : {
            address: "192.168.10.240"
        }
    ~ sluice:release:Plan: (update)
        [urn=urn:pulumi:dev::sluice::sluice:release:Plan::plan]
      ~ plan: {
          ~ weight: 0 => 40
        }
        ~ kubernetes:networking.k8s.io/v1:Ingress: (update)
            [id=demo/nginx-canary]
            [urn=urn:pulumi:dev::sluice::sluice:router:IngressRouter$kubernetes:networking.k8s.io/v1:Ingress::nginx-canary]
            [provider=urn:pulumi:dev::sluice::pulumi:providers:kubernetes::default_4_32_0::1]
          ~ metadata: {
              ~ annotations: {
                  ~ nginx.ingress.kubernetes.io/canary-weight: "0" => "40"
                }
            }
    --outputs:--
  ~ traffic: [
      ~ [0]: "http://www.test.com/: 100% v1" => "http://www.test.com/: 60% v1, 40% v2"
    ]
Resources:
    ~ 1 to update
    51 unchanged
`;

describe("detailOf", () => {
  it("keeps the objects that change, and leaves out components, what is read, and the stack's outputs", () =>
    assert.equal(
      detailOf(shift),
      `~ Ingress nginx-canary
      ~ metadata: {
          ~ annotations: {
              ~ nginx.ingress.kubernetes.io/canary-weight: "0" => "40"
            }
        }`.replace(/^ {2}/gm, ""),
    ));

  it("takes one line for an object that is made or removed", () => {
    const made = `    + kubernetes:core/v1:Service: (create)
        [urn=urn:pulumi:dev::sluice::kubernetes:core/v1:Service::nginx-v2]
        apiVersion: "v1"
    - kubernetes:core/v1:Service: (delete)
        [id=demo/nginx-v0]
        [urn=urn:pulumi:dev::sluice::kubernetes:core/v1:Service::nginx-v0]
`;
    assert.equal(detailOf(made), "+ Service nginx-v2\n- Service nginx-v0");
  });

  it("is empty where nothing changes", () => assert.equal(detailOf("Resources:\n    45 unchanged\n"), ""));
});
