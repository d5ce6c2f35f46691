require("ts-node").register({ project: require.resolve("../tsconfig.swc.json") });

// A run by hand draws the same as CI does; a failure names the seed.
require("fast-check").configureGlobal({ seed: Number(process.env.SLUICE_TEST_SEED ?? 20261128) });
