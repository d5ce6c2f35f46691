import { z } from "zod";
import { nameCharacters, patternCharacters, valueCharacters, type CharacterSet } from "../traffic/characters";
import { compilePattern } from "../traffic/model";
import { strictObject } from "./fields";

function textOf({ allowed, inWords }: CharacterSet) {
  const message = `must be one or more of ${inWords}: ingress-nginx drops anything else in silence`;
  return z.string(message).regex(allowed, message);
}

/** Which requests a header sends to the canary: `{ name, value }`, `{ name, pattern }`, or `{ name }` for always/never. */
export const headerMatch = strictObject(
  {
    /** The header's name. */
    name: textOf(nameCharacters),
    /** The exact value that goes to the canary. */
    value: textOf(valueCharacters).optional(),
    /** An unanchored regular expression; a header that contains a match goes to the canary. */
    pattern: textOf(patternCharacters)
      .refine(
        (pattern) => compilePattern(pattern) !== undefined,
        "must be a regular expression that compiles: ingress-nginx would send every request with this header to stable",
      )
      .optional(),
  },
  "must be a map: { name, value }, { name, pattern }, or { name } for always/never",
).refine((rule) => rule.value === undefined || rule.pattern === undefined, {
  message: "must have either value or pattern, not both: ingress-nginx would ignore the pattern",
});

/** The name of the cookie that sends `always` to the canary and `never` to stable. */
export const cookieMatch = textOf(nameCharacters);
