#!/usr/bin/env node
// Stands in for kubectl and its cluster: keeps objects as JSON beside itself, writes each call to calls.log, and answers
// as kubectl does. conflict.txt beside it makes `apply` and `diff` without --force-conflicts=true fail; broken.txt holds
// a kind whose objects can't be applied.
const fs = require("node:fs");
const path = require("node:path");
const { randomUUID } = require("node:crypto");

const file = (name) => path.join(__dirname, name);
const read = (name, otherwise) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), "utf8") : otherwise);
const objects = JSON.parse(read("objects.json", "{}"));
const args = process.argv.slice(2);
const verb = args[0];
const option = (name) => args[args.indexOf(name) + 1];
const keyOf = ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};
const list = (items) => process.stdout.write(items.length ? JSON.stringify({ kind: "List", items }) : "");
const plural = (kind) => `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
const input = args.includes("-f") ? JSON.parse(fs.readFileSync(0, "utf8")).items : [];
fs.appendFileSync(file("calls.log"), `${verb} ${input.map(keyOf).join(", ")}\n`);

/** What the API server and the controllers would add. */
function live(object) {
  const { stringData, ...rest } = object;
  const data = stringData && {
    data: Object.fromEntries(Object.entries(stringData).map(([k, v]) => [k, Buffer.from(v).toString("base64")])),
  };
  const pods = object.spec?.replicas ?? 1;
  const status = { replicas: pods, updatedReplicas: pods, availableReplicas: pods, phase: "Active" };
  const uid = objects[keyOf(object)]?.metadata.uid ?? randomUUID();
  return { ...rest, ...data, status, metadata: { ...object.metadata, uid } };
}

const text = ({ status, ...object }) => {
  const { uid, ...metadata } = object.metadata;
  return JSON.stringify({ ...object, metadata }, undefined, 2).split("\n");
};

if (verb === "get" && args.includes("--raw")) process.stdout.write("ok");
else if (verb === "get" && args.includes("-f")) list(input.map((one) => objects[keyOf(one)]).filter(Boolean));
else if (verb === "get") {
  const [label, value] = args.includes("--selector") ? option("--selector").split("=") : [];
  const found = Object.values(objects).filter(
    ({ kind, metadata }) =>
      args[1].split(",").includes(plural(kind)) &&
      metadata.namespace === option("--namespace") &&
      (label === undefined || metadata.labels?.[label] === value),
  );
  list(found);
} else if (verb === "delete") {
  for (const one of input) delete objects[keyOf(one)];
} else {
  const conflict = read("conflict.txt");
  const isOrdinary = input.some(({ kind }) => kind === "Ingress");
  if (conflict && isOrdinary && !args.includes("--force-conflicts=true")) fail(conflict);
  const broken = input.find(({ kind }) => kind === read("broken.txt", "").trim());
  if (verb === "apply" && broken) fail(`Error from server: ${keyOf(broken)} is broken`);
  if (verb === "apply") for (const one of input) objects[keyOf(one)] = live(one);
  for (const one of verb === "diff" ? input : []) {
    const [before, now] = [text(objects[keyOf(one)]), text(live(one))];
    if (before.join() === now.join()) continue;
    const { apiVersion, kind, metadata } = one;
    const name = `${apiVersion.replace("/", ".")}.${kind}.${metadata.namespace ?? ""}.${metadata.name}`;
    const removed = before.filter((line) => !now.includes(line)).map((line) => `-${line}`);
    const added = now.filter((line) => !before.includes(line)).map((line) => `+${line}`);
    const head = [`diff -u -N /tmp/LIVE-1/${name} /tmp/MERGED-2/${name}`, `--- /tmp/LIVE-1/${name}\t2026`];
    process.stdout.write(
      [...head, `+++ /tmp/MERGED-2/${name}\t2026`, "@@ -1 +1 @@", ...removed, ...added, ""].join("\n"),
    );
    process.exitCode = 1;
  }
}
// Reads run side by side: only what changes something writes.
if (verb === "apply" || verb === "delete") fs.writeFileSync(file("objects.json"), JSON.stringify(objects));
