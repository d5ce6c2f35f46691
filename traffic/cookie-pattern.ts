/**
 * A regular expression (RE2) that matches a whole `Cookie` header where a rule that asks for a cookie hears a value: that
 * of the first cookie of the name, as nginx's `$cookie_NAME` finds it ({@link ruleCookie} says how).
 *
 * "The first" is said without looking ahead, which RE2 can't: the name's letters are followed one by one, and whatever
 * leaves them is another cookie.
 *
 * @param name the cookie's name; upper and lower case are the same.
 * @param value the exact value; letters only.
 */
export function cookiePattern(name: string, value: string): string {
  const letters = [...name].map(anyCase);
  // Behind the whole name nginx steps over one character, even if it is the one that ends the cookie.
  const another = letters.reduceRight(
    (rest, letter, index) => `(?:(?:${except(letter, index === 0 ? " ;," : ";,")}[^;,]*)?|${letter}${rest})`,
    " *[^= ][^;,]*",
  );
  return `(?:${another}[;,] *)*${letters.join("")} *= *${value}(?:;.*)?`;
}

function anyCase(character: string): string {
  const both = new Set([character.toLowerCase(), character.toUpperCase()]);
  return both.size === 2 ? `[${[...both].join("")}]` : `[${character === "-" ? "\\-" : character}]`;
}

function except(letter: string, more: string): string {
  return `[^${letter.slice(1, -1)}${more}]`;
}
