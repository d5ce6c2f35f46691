import { z } from "zod";
import { headerNameCharacters, nameCharacters, type CharacterSet } from "../traffic/characters";
import { compilePattern, isReadDifferently } from "../traffic/pattern";
import { oneOf, strictObject, text } from "./fields";

function textOf({ allowed, inWords }: CharacterSet) {
  return text(allowed, `must be one or more of ${inWords}: ingress-nginx drops anything else in silence`);
}

/** What a header may carry (RFC 9110, section 5.5), without what goes beyond ASCII; a router may take less. */
const visible = z
  .string("must be a text")
  .max(1024, "must have at most 1024 characters")
  .regex(
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
    "must be one or more visible ASCII characters, with spaces between them at most",
  );

/** From how many repetitions on a pattern's examples, and what it takes to look for it, grow beyond measure. */
const mostTimes = 255;

function repeatsTooOften(pattern: string): boolean {
  return [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].some(([, from, to]) => Number(to || from) > mostTimes);
}

/** Which requests a header sends to the canary: `{ name, value }`, `{ name, pattern }`, or `{ name }` for always/never. */
export const headerMatch = strictObject(
  {
    /** The header's name. */
    name: text(
      headerNameCharacters.allowed,
      `must be one or more of ${headerNameCharacters.inWords}: nginx drops a request's header of any other name`,
    ),
    /** The exact value that goes to the canary. */
    value: visible.optional(),
    /** An unanchored regular expression; a header that contains a match goes to the canary. */
    pattern: visible
      .refine((pattern) => !repeatsTooOften(pattern), `must not repeat anything more than ${mostTimes} times`)
      .refine(
        (pattern) => compilePattern(pattern) !== undefined,
        "must be a regular expression that compiles as PCRE and in JavaScript, by which Sluice tells who is served: with one that doesn't, ingress-nginx sends every request with this header to stable",
      )
      .refine(
        (pattern) => !isReadDifferently(pattern),
        "must do without what PCRE alone knows (\\A, \\Z, \\Q, [[:alpha:]], a class that begins with ]): Sluice can't tell what ingress-nginx would do with it",
      )
      .optional(),
  },
  "must be a map: { name, value }, { name, pattern }, or { name } for always/never",
).refine((rule) => rule.value === undefined || rule.pattern === undefined, {
  message: "must have either value or pattern, not both: ingress-nginx would ignore the pattern",
});

/** The name of the cookie that sends `always` to the canary and `never` to stable. */
export const cookieMatch = textOf(nameCharacters);

/** How users stay with what served them first. */
export const affinity = strictObject(
  {
    /** `cookie` (by default): users stay with the pod that served them first. */
    mode: z.literal("cookie", "must be cookie").default("cookie"),
    /** `sticky` (by default): canary users stay with the canary; `legacy`: they are assigned again. */
    behavior: oneOf("sticky", "legacy").optional(),
    /** The cookie's name; `INGRESSCOOKIE` by default. */
    cookie: textOf(nameCharacters).optional(),
  },
  "must be a map of mode, behavior and cookie, for example { mode: cookie }",
);
