/** What went wrong, in a word where there is one: `fetch` hides it in the error's cause. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause } = error as Error & { code?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Error ? causeOf(cause) : error.message;
}
