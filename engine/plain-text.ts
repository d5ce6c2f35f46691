/** A message of Pulumi's without the marks of its colors. */
export function plainText(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
