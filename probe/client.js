// Runs where the requests are to come from, which may be another network namespace or a container: so it is one plain
// script without dependencies, handed over as text. Its argument is the job as JSON, its output the answers as JSON.
const http = require("node:http");

const { address, port, host, path, headers, count, concurrency, timeoutMilliseconds } = JSON.parse(process.argv[1]);
const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
const answers = new Map();
let started = 0;

function tally(answer) {
  const key = JSON.stringify(answer);
  answers.set(key, (answers.get(key) ?? 0) + 1);
}

function ask() {
  return new Promise((resolve) => {
    const options = {
      agent,
      host: address,
      port,
      path,
      headers: { ...headers, Host: host },
      timeout: timeoutMilliseconds,
    };
    const request = http.get(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        if (body.length < 2048) body += chunk;
      });
      response.on("end", () => resolve(tally({ status: response.statusCode, body: body.slice(0, 2048) })));
      response.on("error", (error) => resolve(tally({ error: error.code ?? error.message })));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`)));
    request.on("error", (error) => resolve(tally({ error: error.code ?? error.message })));
  });
}

async function worker() {
  while (started < count) {
    started += 1;
    await ask();
  }
}

Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker)).then(() => {
  agent.destroy();
  process.stdout.write(JSON.stringify([...answers].map(([key, times]) => ({ ...JSON.parse(key), times }))));
});
