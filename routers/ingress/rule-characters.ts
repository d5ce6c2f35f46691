import type { HeaderRule } from "../../traffic/plan";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { patternCharacters, valueCharacters } from "../../traffic/characters";

/** Header rules with characters that ingress-nginx lets through in no annotation. */
export function droppedRules({ headerMatch, rollout }: Values): Problem[] {
  return [
    ...problemsOf("headerMatch", headerMatch),
    ...problemsOf("rollout.match.headerMatch", rollout?.match?.headerMatch),
  ];
}

function problemsOf(key: string, { value, pattern }: Partial<HeaderRule> = {}): Problem[] {
  const texts = [
    ["value", value, valueCharacters],
    ["pattern", pattern, patternCharacters],
  ] as const;
  return texts.flatMap(([name, text, { allowed, inWords }]) =>
    text === undefined || allowed.test(text)
      ? []
      : [
          {
            key: `${key}.${name}`,
            value: text,
            allowed: `must be one or more of ${inWords}: ingress-nginx silently drops anything else`,
          },
        ],
  );
}
