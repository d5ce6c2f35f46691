const Module = require("node:module");

/**
 * What Pulumi's library needs only to turn functions into code for a cloud, and loads with every program: TypeScript's
 * compiler, and npm's resolver of dependencies. Sluice has no such function, and a third of a command's start was theirs.
 */
const late = new Set(["typescript", "@npmcli/arborist"]);

/** Has Pulumi's library load such modules at their first use. Anybody else's are loaded at once. */
function loadLate() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    const module = () => load.call(this, request, parent, isMain);
    return late.has(request) && /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")
      ? atFirstUse(module)
      : module();
  };
}

function atFirstUse(load) {
  let module;
  return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : (module ??= load())[name]) });
}

module.exports = { loadLate };
