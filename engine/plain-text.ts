/** Pulumi's message without color codes. */
export function plainText(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
