require("ts-node").register({ project: require.resolve("../tsconfig.swc.json") });
