// Runs in the namespace of the lab's clients. Its argument is the requests as JSON, its output their answers as JSON.
const http = require("node:http");
const https = require("node:https");

const requests = JSON.parse(process.argv[1]);

function ask({ address, port, tls, host, path, headers }) {
  const secure = tls ? { servername: host, rejectUnauthorized: false } : {};
  const options = { host: address, port, path, headers: { ...headers, Host: host }, agent: false, ...secure };
  return new Promise((resolve, reject) => {
    const request = (tls ? https : http).get({ ...options, timeout: 5000 }, (response) => {
      const certificate = tls ? response.socket.getPeerCertificate().subject?.CN : undefined;
      const { location, "set-cookie": cookies = [], ...headers } = response.headers;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body, location, cookies, headers, certificate }));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${host}${path} within 5 s`)));
    request.on("error", reject);
  });
}

Promise.all(requests.map(ask)).then(
  (answers) => process.stdout.write(JSON.stringify(answers)),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
