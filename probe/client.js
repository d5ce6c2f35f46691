// Runs where the requests are to come from, which may be another network namespace or a container: so it is one plain
// script without dependencies, handed over as text. Its standard input is the jobs as JSON: in an argument, everybody on the
// machine could read their headers. Its output is their answers. A client that stays does so until its input ends: each line
// there is a round of jobs, each line of output its answers.
const http = require("node:http");
const https = require("node:https");
const { createInterface } = require("node:readline");
const { text } = require("node:stream/consumers");

const { stays, concurrency, timeoutMilliseconds } = JSON.parse(process.argv[1]);

/** Sends one job's requests, a few at once or spread evenly over a time, and counts the answers by what they are. */
async function run({ address, port, tls, host, path, headers, count, keepAlive, seconds, after = 0 }) {
  const { Agent, get } = tls ? https : http;
  // Requests that are spread keep their time, whether the earlier ones are answered or not.
  const agent = new Agent({ keepAlive, maxSockets: keepAlive && !seconds ? concurrency : Infinity });
  const answers = new Map();
  const used = new WeakSet();
  const tally = (answer, started) => {
    const key = JSON.stringify(answer);
    const milliseconds = answers.get(key) ?? [];
    milliseconds.push(Math.round((performance.now() - started) * 100) / 100);
    answers.set(key, milliseconds);
  };
  const ask = (started = performance.now()) =>
    new Promise((resolve) => {
      const finish = (answer) => resolve(tally(answer, started));
      // The certificate is the controller's affair: what is measured is who answers.
      const secure = tls ? { servername: host, rejectUnauthorized: false } : {};
      const options = { agent, host: address, port, path, headers: { ...headers, Host: host }, ...secure };
      const request = get({ ...options, timeout: timeoutMilliseconds }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          if (body.length < 2048) body += chunk;
        });
        const { server, location } = response.headers;
        response.on("end", () => finish({ status: response.statusCode, server, location, body: body.slice(0, 2048) }));
        response.on("error", (error) => finish({ error: error.code ?? error.message }));
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`)));
      let isKept = false;
      // `reusedSocket` doesn't tell of a connection that goes from one request to a waiting one.
      request.on("socket", (socket) => {
        isKept = used.has(socket);
        used.add(socket);
      });
      request.on("error", (error) => {
        // A server may close a kept connection while a request is on its way, as nginx does by a reload. Every client, browsers
        // too, then asks again (RFC 9112, section 9.3.1); a new connection that is reset is a failure.
        if (isKept && error.code === "ECONNRESET" && !request.res) resolve(ask(started));
        else finish({ error: error.code ?? error.message });
      });
    });
  let started = 0;
  const worker = async () => {
    while (started < count) {
      started += 1;
      await ask();
    }
  };
  const later = (index) => new Promise((resolve) => setTimeout(resolve, (after + (index * seconds) / count) * 1000));
  const work = seconds
    ? Array.from({ length: count }, (_, index) => later(index).then(() => ask()))
    : Array.from({ length: Math.min(concurrency, count) }, worker);
  await Promise.all(work);
  agent.destroy();
  return [...answers].map(([key, milliseconds]) => ({ ...JSON.parse(key), times: milliseconds.length, milliseconds }));
}

if (!stays)
  text(process.stdin)
    .then((jobs) => Promise.all(JSON.parse(jobs).map(run)))
    .then((answers) => process.stdout.write(JSON.stringify(answers)));
else
  createInterface({ input: process.stdin })
    .on("line", async (line) => {
      const { round, jobs } = JSON.parse(line);
      process.stdout.write(`${JSON.stringify({ round, answers: await Promise.all(jobs.map(run)) })}\n`);
    })
    .on("close", () => process.exit());
