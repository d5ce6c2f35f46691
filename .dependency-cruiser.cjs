/** What may import what: run by `npm run lint`, beside ESLint. Types count as well. */
/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Move what both need to a file that imports neither.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "traffic-is-pure",
      comment: "A plan, its words and its model depend on nothing of this repository.",
      severity: "error",
      from: { path: "^traffic/" },
      to: { path: "^[^/]+(/|\\.ts$)", pathNot: "^(traffic|node_modules)/", dependencyTypesNot: ["core"] },
    },
    {
      name: "routers-look-down",
      comment: "A router makes plain objects of a plan and a config.",
      severity: "error",
      from: { path: "^routers/" },
      to: {
        path: "^[^/]+(/|\\.ts$)",
        pathNot: "^(routers|config|traffic|node_modules)/",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "config-looks-down",
      comment: "What a stack's values mean is told without what is made of them.",
      severity: "error",
      from: { path: "^config/" },
      to: {
        path: "^[^/]+(/|\\.ts$)",
        pathNot: "^(config|traffic|progress|node_modules)/",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "pure-rooms",
      comment: "These are tested in milliseconds: they know neither Pulumi's runtime nor a Kubernetes client.",
      severity: "error",
      from: { path: "^(traffic|config|routers|rollout/machine)" },
      to: { path: "node_modules/(@pulumi|@kubernetes)/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^node_modules/(?!@pulumi|@kubernetes)" },
  },
};
