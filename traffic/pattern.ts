/** A leading `(?i)`: upper and lower case are the same. */
const caseless = /^\(\?i\)/;

/**
 * What PCRE and JavaScript do not read alike: letters behind a backslash except for the few that mean the same in both,
 * POSIX classes, and a class that begins with its own end.
 */
const readDifferently = /\\(?![bBdDfnrsStwW]|x[\da-fA-F]{2})[a-zA-Z]|\[\[[:.=]|\[\^?\]/;

/** What Go's expressions, which Traefik uses, don't have: looking ahead, and referring back. */
const notInGo = /\(\?=|\\[1-9]/;

/** Characters; one of ten thousands of groups ends the process. */
const mostCharacters = 2000;

/**
 * The pattern as a regular expression, or nothing if it does not compile.
 *
 * A leading `(?i)` is understood as PCRE understands it.
 */
export function compilePattern(pattern: string): RegExp | undefined {
  if (pattern.length > mostCharacters) return undefined;
  try {
    const compiled = new RegExp(pattern.replace(caseless, ""), caseless.test(pattern) ? "i" : "");
    // Only the first use finds out that an expression is too large.
    compiled.test("");
    return compiled;
  } catch {
    return undefined;
  }
}

/** True if ingress-nginx (PCRE) would read a pattern that compiles otherwise than Sluice's model does. */
export function isReadDifferently(pattern: string): boolean {
  const plain = pattern.replace(/\\\\/g, "");
  return readDifferently.test(plain) || refersToNoGroup(plain);
}

/** A reference to a group that is not there: PCRE refuses it, JavaScript takes it for a character's code. */
function refersToNoGroup(pattern: string): boolean {
  const groups = (compilePattern(`${pattern}|`)?.exec("")?.length ?? 1) - 1;
  return [...pattern.matchAll(/\\([1-9])/g)].some(([, group]) => Number(group) > groups);
}

/** True if routers whose expressions are Go's (RE2), as Traefik and Envoy, refuse a pattern that ingress-nginx takes. */
export function isRefusedByGo(pattern: string): boolean {
  return notInGo.test(pattern.replace(/\\\\/g, ""));
}

/** The pattern as one part of a larger one; a leading `(?i)`, which must stay in front, holds for all of it. */
export function within(pattern: string, before: string, behind: string): string {
  const [, flag = "", rest = ""] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? [];
  return `${flag}${before}(?:${rest})${behind}`;
}
