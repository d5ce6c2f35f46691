// Sends requests at a steady pace and prints a line for each answer, until its standard input ends, which it does even
// where the process that started it was killed. Runs in the client's network namespace, handed over as text.
const http = require("node:http");

const { address, port, host, path, keepAlive, intervalMilliseconds, connections, seconds } = JSON.parse(
  process.argv[1],
);
const patienceMilliseconds = 5000;
// Each agent is one connection that is kept: together they are a fixed number, all of them in use.
const agents = keepAlive
  ? Array.from({ length: connections }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }))
  : [new http.Agent({ keepAlive: false })];
let underWay = 0;
let hasEnded = false;

/** @param due when the pace wants it sent: waiting for one's turn counts as waiting for the answer. */
function ask(agent, due) {
  underWay += 1;
  let isAnswered = false;
  const answered = (answer) => {
    if (isAnswered) return;
    isAnswered = true;
    clearTimeout(impatience);
    underWay -= 1;
    const milliseconds = Math.round((performance.now() - due) * 100) / 100;
    process.stdout.write(`${JSON.stringify({ at: Date.now(), milliseconds, ...answer })}\n`);
    leaveAtTheEnd();
  };
  const options = { agent, host: address, port, path, headers: { Host: host } };
  const request = http.get(options, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (chunk) => (body += chunk));
    const { server } = response.headers;
    response.on("end", () => answered({ status: response.statusCode, server, body: body.slice(0, 200) }));
    response.on("error", failed);
  });
  const failed = (error) => {
    const where = request.reusedSocket ? "on a kept connection" : "on a new connection";
    answered({ error: `${error.code ?? error.message} ${where}` });
  };
  const impatience = setTimeout(() => {
    answered({ error: `no answer within ${patienceMilliseconds / 1000} s` });
    request.destroy();
  }, patienceMilliseconds);
  request.on("error", failed);
}

function leaveAtTheEnd() {
  // Who was asked before the end is heard, so that what is slow does not go unnoticed for being last.
  if (hasEnded && underWay === 0) process.exit();
}

function end() {
  hasEnded = true;
  leaveAtTheEnd();
}

// Timers are late by a millisecond now and then: what is due by the clock is sent, so that the pace holds.
const begin = performance.now();
let sent = 0;
setInterval(() => {
  for (; !hasEnded && sent * intervalMilliseconds <= performance.now() - begin; sent += 1)
    ask(agents[sent % agents.length], begin + sent * intervalMilliseconds);
}, 1);
setTimeout(end, seconds * 1000);
process.stdin.resume().on("end", end);
