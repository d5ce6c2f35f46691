import assert from "node:assert/strict";
import { ask, servedBy, type Asked } from "../ask";
import { createCertificate, untilCertified } from "../certificate";
import type { ExampleLife } from "../example";
import { kubectl } from "../lab";
import { set, without } from "../stack";

/** All that a canary can have: alone, 2.5%, half with affinity, and promotion. */
export function canaryFull(life: ExampleLife): void {
  const example = "canary-full";
  const trial = ["canary", "canaryWeight", "weightTotal", "headerMatch", "cookieMatch", "affinity/behavior"];
  const alone = without(...trial);
  const places: readonly Asked[] = [
    { host: "shop.test.com", path: "/" },
    { host: "shop.test.com", path: "/basket/1" },
    { host: "berlin.shop.test.com", path: "/" },
    { host: "status.test.com", path: "/version" },
  ];
  const secured = places.map((asked): Asked => ({ ...asked, tls: true }));
  const onTrial = secured.map((asked): Asked => ({ ...asked, headers: { Region: "shanghai" } }));
  /** Who serves, each version once. */
  const served = async (requests: readonly Asked[]) => [...new Set(await servedBy(life.address, requests))];

  describe("all that a canary can have", () => {
    after(() => kubectl("delete", "secret", "shop-tls", "-n", "shop", "--ignore-not-found"));

    it("begins with the first version alone, and takes the certificate that it is given", async () => {
      const { split } = await life.reach(example, ...alone);
      assert.deepEqual(split, { v1: 1 });
      await createCertificate("shop", "shop-tls", ["shop.test.com", "*.shop.test.com", "status.test.com"]);
      const answers = await untilCertified(life.address, "shop.test.com", secured);
      assert.deepEqual(new Set(answers.map(({ body }) => body.trim())), new Set(["shop v1"]));
    });

    it("has 25 of 1000 requests on trial, and its rules at every host and path", async () => {
      const { split, rules } = await life.reach(example);
      assert.deepEqual(split, { v1: 0.975, v2: 0.025 });
      assert.deepEqual(rules, {
        "header Region ~ ^(shenzhen|shanghai)$": { v2: 1 },
        "cookie trial = always": { v2: 1 },
        "cookie trial = never": { v1: 1 },
      });
      assert.deepEqual(await served(onTrial), ["shop v2"]);
    });

    it("answers at its own hosts and paths alone, and sends plain requests on to https", async () => {
      const others = [
        { host: "status.test.com", path: "/version/1", tls: true },
        { host: "status.test.com", path: "/", tls: true },
        { host: "www.test.com", path: "/", tls: true },
      ];
      const refused = await ask(life.address, others);
      assert.deepEqual(
        refused.map(({ status }) => status),
        [404, 404, 404],
      );
      const plain = await ask(life.address, places);
      assert.deepEqual(
        plain.map(({ location }) => location),
        // The controller's redirect drops the slash at the end of a path.
        places.map(({ host, path = "/" }) => `https://${host}${path.replace(/\/$/, "")}`),
      );
    });

    it("has half of the requests on trial, and users stay with the version that served them", async () => {
      const { split } = await life.reach(example, set("canaryWeight", 500));
      assert.deepEqual(split, { v1: 0.5, v2: 0.5 });
      const newcomers = await ask(
        life.address,
        // Half of the requests go to each version by chance: forty find one version alone once in 10^12 times.
        Array.from({ length: 40 }, () => ({ host: "shop.test.com", tls: true })),
      );
      for (const { body, cookies } of newcomers.slice(0, 10)) {
        const headers = { Cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") };
        assert.match(headers.Cookie, /shop-version/);
        const again = [...secured, ...secured].map((asked) => ({ ...asked, headers }));
        assert.deepEqual(await served(again), [body.trim()]);
      }
      assert.equal(new Set(newcomers.map(({ body }) => body)).size, 2, "both versions are among the first answers");
    });

    it("serves everybody alike by the promotion", async () => {
      const promoted = await life.reach(example, set("stable", "v2"), ...alone);
      assert.deepEqual(promoted.split, { v2: 1 });
      assert.deepEqual(await served([...secured, ...onTrial]), ["shop v2"]);
    });
  });
}
