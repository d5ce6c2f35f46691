// Runs in the namespace of the lab's clients. Users come one after the other, at a rate, until stdin ends: each opens a
// page, its script, and calls twice, with the cookies that were set. The output is what each was answered, as JSON.
const http = require("node:http");

const { address, host, rate, headers = {} } = JSON.parse(process.argv[1]);
const paths = ["/", "/page.js", "/api/devices", "/api/devices"];

function ask(path, jar) {
  const cookies = [...jar].map((pair) => pair.join("=")).join("; ");
  const sent = {
    Host: host,
    ...headers,
    ...(cookies && { Cookie: [headers.Cookie, cookies].filter(Boolean).join("; ") }),
  };
  return new Promise((resolve) => {
    const request = http.get(
      { host: address, port: 80, path, headers: sent, agent: false, timeout: 5000 },
      (response) => {
        let body = "";
        for (const cookie of response.headers["set-cookie"] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          if (name) jar.set(name, value);
        }
        response.setEncoding("utf8");
        response.on("data", (chunk) => (body += chunk));
        response.on("end", () =>
          resolve({ path, status: response.statusCode, body, frontend: response.headers["x-frontend"] }),
        );
      },
    );
    request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.on("error", (error) => resolve({ path, error: error.message }));
  });
}

async function visit() {
  const jar = new Map();
  const answers = [];
  for (const path of paths) answers.push(await ask(path, jar));
  return answers;
}

const visits = [];
const timer = setInterval(() => visits.push(visit()), (1000 * paths.length) / rate);
process.stdin.on("end", () => {
  clearInterval(timer);
  void Promise.all(visits).then((all) => process.stdout.write(JSON.stringify(all)));
});
process.stdin.resume();
