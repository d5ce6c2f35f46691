/** What may import what: run by `npm run lint`, beside ESLint. Types count as well. */

/** The floors of the house, from the top; docs/architecture.md draws them. */
const floors = [
  "(cli|bench)/",
  "rollout/",
  "engine/",
  "preflight/",
  "render/",
  "(components/|index\\.ts$)",
  "config\\.ts$",
  "routers/",
  "workloads/",
  "config/",
  "traffic/",
  "kubernetes/",
  "values/",
];

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
    ...floors.slice(1).map((floor, index) => ({
      name: "downwards",
      comment: "Imports point down the floors of the house.",
      severity: "error",
      from: { path: `^${floor}` },
      // Reading a stack file needs no engine; it stands there because the engine writes it.
      to: { path: `^(${floors.slice(0, index + 1).join("|")})`, pathNot: "^engine/stack-file\\.ts$" },
    })),
    {
      name: "pure-rooms",
      comment: "What these decide depends on nothing but each other, so that tests run them in milliseconds.",
      severity: "error",
      from: { path: "^(values|kubernetes|traffic|config|routers|workloads|judge)/" },
      to: {
        path: "^[^/]+(/|\\.ts$)",
        pathNot: "^(values|kubernetes|traffic|config|routers|workloads|judge|progress|node_modules)/",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "no-runtime",
      comment: "Neither Pulumi's runtime nor a Kubernetes client decides anything.",
      severity: "error",
      from: { path: "^(values/|kubernetes/|traffic/|config[/.]|routers/|workloads/|judge/|rollout/machine)" },
      to: { path: "node_modules/(@pulumi|@kubernetes)/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^((lab/)?dist/|node_modules/(?!@pulumi|@kubernetes))" },
  },
};
