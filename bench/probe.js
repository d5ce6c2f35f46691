// Sends requests at a steady pace and prints a line for each answer, until its standard input ends, which it does even
// where the process that started it was killed. Runs in the client's network namespace, handed over as text.
const http = require("node:http");

const { address, host, path, intervalMilliseconds } = JSON.parse(process.argv[1]);
// A few at once: one slow answer must not stop the watch, and a stuck entrance must not pile requests up.
const limit = 4;
const agent = new http.Agent({ keepAlive: true, maxSockets: limit });
let underWay = 0;

function answered(answer) {
  underWay -= 1;
  process.stdout.write(`${JSON.stringify({ at: Date.now(), ...answer })}\n`);
}

function ask() {
  if (underWay >= limit) return;
  underWay += 1;
  const request = http.get({ agent, host: address, path, headers: { Host: host }, timeout: 5000 }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (chunk) => (body += chunk));
    response.on("end", () => answered({ status: response.statusCode, body: body.slice(0, 200) }));
  });
  request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
  request.on("error", (error) => answered({ error: error.code ?? error.message }));
}

setInterval(ask, intervalMilliseconds);
process.stdin.resume().on("end", () => process.exit());
