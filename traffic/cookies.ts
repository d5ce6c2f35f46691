/** What a request sends along. */
export interface SentAlong {
  /** Header names in any case, with their values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cookie names with their values. */
  readonly cookies?: Readonly<Record<string, string>>;
}

/** The `Cookie` header of a request: its cookies, and what a header of that name holds beside them. */
export function cookieHeader({ cookies = {}, headers = {} }: SentAlong): string | undefined {
  const pairs = Object.entries(cookies).map((pair) => pair.join("="));
  const sent = Object.entries(headers).flatMap(([name, value]) => (name.toLowerCase() === "cookie" ? [value] : []));
  return pairs.length + sent.length === 0 ? undefined : withoutSpaces([...pairs, ...sent].join("; "));
}

/** A header's value as nginx has it: spaces around it don't count, tabs do. */
export function withoutSpaces(value: string): string {
  return value.replace(/^ +| +$/g, "");
}

/**
 * A cookie as a rule hears it, by nginx's variable `$cookie_NAME`: the first of that name, in upper or lower case. A
 * comma begins a cookie as `;` does, but only `;` ends one, and spaces count at its end alone.
 *
 * @see src/http/ngx_http_parse.c of nginx 1.27.1, `ngx_http_parse_multi_header_lines`
 */
export function ruleCookie(header: string, name: string): string | undefined {
  let rest = header;
  while (rest !== "") {
    if (rest.slice(0, name.length).toLowerCase() === name.toLowerCase()) {
      rest = rest.slice(name.length).replace(/^ +/, "");
      if (rest.startsWith("=")) return rest.slice(1).replace(/^ +|;.*$/gs, "");
      // nginx steps over this character even if it is the one that ends the cookie.
      rest = rest.slice(1);
    }
    rest = rest.replace(/^[^;,]*[;,]? */, "");
  }
  return undefined;
}

/**
 * A cookie as affinity hears it, which the controller reads by itself: the last of that very name, ended by `;` or a
 * space. A cookie without `=` becomes part of the next one's name.
 *
 * @see lib/resty/cookie.lua of lua-resty-cookie, `get_cookie_table`
 */
export function affinityCookie(header: string, name: string): string | undefined {
  const all = [...header.matchAll(/[ \t]*([^=]*)=([^; \t]*)[; \t]?/g)];
  return all.findLast(([, sent]) => sent === name)?.[2];
}
