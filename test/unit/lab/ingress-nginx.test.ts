import assert from "node:assert/strict";
import { adaptTemplate } from "../../../lab/images/ingress-nginx";

describe("the template of nginx's configuration", () => {
  const template = "pid {{ .PID }};\n\nhttp {\n    server {\n    }\n}\n\nstream {\n    lua_package_path x;\n}\n";

  it("loads Debian's modules, and has a place in http that takes what is meant for stream", () => {
    const adapted = adaptTemplate(template);
    assert.match(adapted, /^pid \{\{ \.PID \}\};\n\nload_module \/usr\/lib\/nginx\/modules\/ndk_http_module\.so;\n/);
    assert.match(adapted, /http \{[^]*listen 127\.0\.0\.1:\{\{ \.StreamPort \}\};[^]*\n\}\n$/);
    assert.doesNotMatch(adapted, /^stream/m);
  });

  it("is refused where it isn't as it was", () => {
    assert.throws(() => adaptTemplate("http {}"), /template has no/);
  });
});
