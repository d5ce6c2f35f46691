import fc from "fast-check";

type Path = readonly (string | number)[];

/** Changes one place of a value, and gives back what it then is. */
type TreeChange = (root: unknown) => unknown;

/** Changes a text. */
type TextChange = (text: string) => string;

/** Names that every object of JavaScript has, and what else a key can be by a slip of the hand. */
const oddNames = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "prototype",
  "valueOf",
  "length",
  "",
  " ",
  "a.b",
  "a\nb",
  "\u001b[31mred",
  "$patch",
  "2024",
  "image",
  "kind",
  "path",
  "weight",
  "x".repeat(5000),
];

/** Values of every type, and those that some reader takes for something else. */
const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 101, 2 ** 53, 1e21, Infinity, NaN],
  ...["", " ", "true", "10", "1e3", "0x10", "-0", "010", "null", "~", "1.10", "2026-01-31", "1ms", "99999h", "1h1h"],
  ...["constructor", "__proto__", "toString", "v1", "v2", "[secret]", "{{ service.api }}", "{{", "${x}"],
  ...["(", "[", "(a+)+$", "a{9999}", "\\Q", "(?<=a)b", "é", "\u0000", "\ud800", "a\nb", "\u001b[2J", "\ufeff"],
  ...["/", "//", "/../", "http://", "http://[", "1.1.1.1/33", "::1", "*.", "-", "a".repeat(300), "9".repeat(400)],
  ...[[], {}, [[]], [null], [{}], [[[]]], { a: null }, { a: { b: { c: [1] } } }, { length: 1 }],
];

const name = fc.constantFrom(...oddNames);
const value = fc.constantFrom(...oddValues);

/**
 * One change of a value somewhere in it: a part that goes, comes twice, has another name or another type, lies a level deeper, or
 * is huge.
 */
export const treeChanges: fc.Arbitrary<TreeChange> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      fc.constant(() => undefined),
      value.map((other) => () => other),
      fc.constant((one: unknown) => [one]),
      fc.constant((one: unknown) => [one, one]),
      name.map((key) => (one: unknown) => ({ [key]: one })),
      name.map((key) => (one: unknown) => (isMap(one) ? withOwn(one, key, firstOf(one)) : one)),
      fc.constant((one: unknown) =>
        typeof one === "number" ? String(one) : typeof one === "string" ? Number(one) : one,
      ),
      fc.constant((one: unknown) => (typeof one === "string" ? one.repeat(3000) : one)),
      fc.constant((one: unknown) => (Array.isArray(one) ? Array.from({ length: 300 }, () => one[0] as unknown) : one)),
      fc.constant((one: unknown) => (isMap(one) ? { ...one, ...manyOf(one) } : one)),
      fc.constant((one: unknown) => nested(one, 60)),
    ),
    fc.option(name),
  )
  .map(([place, change, rename]) => (root: unknown) => {
    const paths = pathsIn(root);
    const path = paths[place % paths.length] ?? [];
    return rename === null ? changed(root, path, change) : renamed(root, path, rename);
  });

/** What YAML and JSON can be broken by, at some line of a text. */
export const textChanges: fc.Arbitrary<TextChange> = fc
  .tuple(
    fc.nat(),
    fc.constantFrom<(line: string) => string>(
      () => "",
      (line) => `${line}\n${line}`,
      (line) => `\t${line}`,
      (line) => ` ${line}`,
      (line) => line.trimStart(),
      (line) => `${line}\n---`,
      (line) => `${line}\n...\nrest: 1`,
      (line) => line.replace(/: .*|:$/, ": *nothing"),
      (line) => line.replace(/: /, ": &a "),
      (line) => line.replace(/: .*|:$/, ": !secret x"),
      (line) => line.replace(/: .*|:$/, ": !!set {a, b}"),
      (line) => line.replace(/: .*|:$/, ": |9\n  x"),
      (line) => line.replace(/: .*|:$/, `: ${"[".repeat(300)}`),
      (line) => line.replace(/: .*|:$/, `: ${"[".repeat(300)}${"]".repeat(300)}`),
      (line) => line.replace(/: .*|:$/, `: ${"{a: ".repeat(300)}1${"}".repeat(300)}`),
      (line) => line.replace(/: .*|:$/, ": {"),
      (line) => line.replace(/: .*|:$/, ': "open'),
      (line) => line.replace(/: .*|:$/, ": @x"),
      (line) => line.replace(/: .*|:$/, ": .nan"),
      (line) => line.replace(/: .*|:$/, ": 0o17"),
      (line) => line.replace(/^( *)\S.*$/, "$1<<: *nothing"),
      (line) => line.replace(/^( *)\S.*$/, "$1<<: 1"),
      (line) => line.replace(/^( *)\S.*$/, "$1? [a, b]\n$1: c"),
      (line) => line.replace(/^( *)\S.*$/, "$1: x"),
      (line) => line.replace(/^( *)\S.*$/, "$11.0: x"),
      (line) => line.replace(/^( *)\S.*$/, "$1~: x"),
      (line) => line.replace(/^( *)\S.*$/, "$1- x"),
      (line) => line.replace(/^( *)\S.*$/, "$1secure: x"),
      (line) => line.replace(/^( *)\S.*$/, "$1__proto__: {a: 1}"),
      (line) => `${line}\u0000`,
      (line) => `\ufeff${line}`,
      (line) => `${line}\r`,
      (line) => line.replace(/[:,]/, ""),
      (line) => line.slice(0, Math.ceil(line.length / 2)),
      (line) => line.replace(/"/, ""),
      (line) => line.replace(/\d+/, "1".repeat(500)),
    ),
  )
  .map(([place, change]) => (text: string) => {
    const lines = text.split("\n");
    const free = lines.flatMap((line, index) => (line.includes("secure:") ? [] : [index]));
    const at = free[place % free.length];
    return lines.map((line, index) => (index === at ? change(line) : line)).join("\n");
  });

/** Changes of a whole text. */
export const fileChanges: fc.Arbitrary<TextChange> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((text: string) => text) },
  { weight: 6, arbitrary: textChanges },
  fc.constantFrom<TextChange>(
    (text) => `\ufeff${text}`,
    (text) => text.replaceAll("\n", "\r\n"),
    (text) => text.replaceAll("\n", "\r"),
    (text) => `%YAML 1.1\n---\n${text}`,
    (text) => `${text}${text}`,
    (text) => text.slice(0, text.length / 2),
    () => "",
    () => "null",
    () => "[]",
    () => "text",
  ),
);

/** Every place in a value, the whole of it first. */
function pathsIn(root: unknown, path: Path = []): Path[] {
  if (typeof root !== "object" || root === null) return [path];
  return [
    path,
    ...Object.entries(root).flatMap(([key, inner]) => pathsIn(inner, [...path, Array.isArray(root) ? +key : key])),
  ];
}

function changed(root: unknown, [key, ...rest]: Path, change: TreeChange): unknown {
  if (key === undefined) return change(root);
  const inner = changed((root as Record<string | number, unknown>)[key], rest, change);
  if (Array.isArray(root))
    return root.flatMap((one: unknown, index) => (index === key ? (inner === undefined ? [] : [inner]) : [one]));
  return Object.fromEntries(
    Object.entries(root as object).flatMap(([name, one]) =>
      name === key ? (inner === undefined ? [] : [[name, inner]]) : [[name, one as unknown]],
    ),
  );
}

function renamed(root: unknown, path: Path, to: string): unknown {
  const key = path.at(-1);
  const rename = (map: unknown) =>
    isMap(map) && !isEncrypted(map)
      ? Object.fromEntries(Object.entries(map).map(([name, one]) => [name === key ? to : name, one]))
      : map;
  return changed(root, path.slice(0, -1), rename);
}

function withOwn(map: Readonly<Record<string, unknown>>, key: string, one: unknown): Record<string, unknown> {
  return Object.fromEntries([...Object.entries(map), [key, one]]);
}

function manyOf(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`more-${index}`, firstOf(map)]));
}

/** A value of a map to put elsewhere in it; what is encrypted would not be any more. */
function firstOf(map: Readonly<Record<string, unknown>>): unknown {
  return isEncrypted(map) ? null : (Object.values(map)[0] ?? null);
}

function isEncrypted(map: object): boolean {
  return Object.hasOwn(map, "secure");
}

function nested(one: unknown, levels: number): unknown {
  return levels === 0 ? one : { a: nested(one, levels - 1) };
}

function isMap(one: unknown): one is Record<string, unknown> {
  return typeof one === "object" && one !== null && !Array.isArray(one);
}
