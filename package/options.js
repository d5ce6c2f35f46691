/** How esbuild makes each file of a package. */
exports.options = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20.19",
  // The SDK and the policies know errors by their classes' names.
  keepNames: true,
  logLevel: "warning",
};
