import { isMap } from "./is-map";

/** What an encrypted value of a stack file reads as where nothing can decrypt it. */
export const encrypted = "[secret]";

/** True where a value is encrypted, or holds one that is. */
export function hasEncrypted(value: unknown): boolean {
  return encryptedPaths(value).length > 0;
}

/** Where in a value there are encrypted ones. */
export function encryptedPaths(value: unknown): readonly (readonly string[])[] {
  if (value === encrypted) return [[]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => encryptedPaths(inner).map((path) => [key, ...path]));
}

/** A value as it reads where nothing can decrypt what is at some paths. */
export function asEncrypted(value: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce(hide, value);
}

function hide(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return encrypted;
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === key ? hide(one, rest) : (one as unknown)));
  return isMap(value) && key in value ? { ...value, [key]: hide(value[key], rest) } : value;
}
