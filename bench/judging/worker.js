// A worker thread compiles its own TypeScript: it has nothing of the thread that starts it.
require("ts-node").register({ project: require.resolve("../../tsconfig.swc.json") });
const { parentPort } = require("node:worker_threads");
const { brokenAmong } = require("./simulations");

parentPort.on("message", ({ situation, seeds }) => parentPort.postMessage(brokenAmong(situation, seeds)));
