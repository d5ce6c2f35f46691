import { z } from "zod";
import {
  headerNameCharacters,
  nameCharacters,
  patternCharacters,
  valueCharacters,
  type CharacterSet,
} from "../traffic/characters";
import { compilePattern, isReadDifferently } from "../traffic/pattern";
import { strictObject } from "./fields";

function textOf({ allowed, inWords }: CharacterSet) {
  const message = `must be one or more of ${inWords}: ingress-nginx drops anything else in silence`;
  return z.string(message).regex(allowed, message);
}

const headerName = `must be one or more of ${headerNameCharacters.inWords}: nginx drops a request's header of any other name`;

/** Which requests a header sends to the canary: `{ name, value }`, `{ name, pattern }`, or `{ name }` for always/never. */
export const headerMatch = strictObject(
  {
    /** The header's name. */
    name: z.string(headerName).regex(headerNameCharacters.allowed, headerName),
    /** The exact value that goes to the canary. */
    value: textOf(valueCharacters).optional(),
    /** An unanchored regular expression; a header that contains a match goes to the canary. */
    pattern: textOf(patternCharacters)
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

/** The name of the cookie by which users stay with a pod. */
export const affinityCookie = textOf(nameCharacters);
