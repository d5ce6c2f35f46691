const shortestSecret = 6;

/** A text without what makes an address a secret: its path, its query, and any longer part of them. */
export function withoutAddress(text: string, url: URL): string {
  const values = [url.username, url.password, ...url.pathname.split("/"), ...url.searchParams.values()];
  const parts = [url.href, `${url.pathname}${url.search}`, url.search, url.hostname, ...values, ...values.map(decoded)];
  return parts
    .filter((part) => part.length >= shortestSecret)
    .sort((left, right) => right.length - left.length)
    .reduce((rest, part) => rest.replaceAll(part, "…"), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
