/** A directive or variable that no review can make safe, with why. */
export interface Danger {
  readonly pattern: RegExp;
  readonly reason: string;
}

/**
 * What a snippet must never have. The first five are the words of the list that ingress-nginx itself suggests against
 * CVE-2021-25742, without its plain `location`, `root` and braces, which reviewed snippets may need and a word can't tell
 * apart; the others are what reads secrets from the controller's disk, or writes users' secrets where others read them.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#annotation-value-word-blocklist
 */
export const dangers: readonly Danger[] = [
  { pattern: /\bload_module\b/, reason: "loads code into the controller" },
  { pattern: /\blua_package\w*/, reason: "loads code into the controller" },
  { pattern: /\b\w+_by_lua\w*/, reason: "runs code in the controller" },
  { pattern: /\b(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass\b/, reason: "sends requests around the plan" },
  { pattern: /serviceaccount/i, reason: "names the token by which the controller reads all Secrets" },
  { pattern: /\/var\/run\/secrets|\/run\/secrets/, reason: "names the controller's Secrets" },
  { pattern: /\b(?:js_\w+|perl\w*)\s/, reason: "runs code in the controller" },
  { pattern: /\binclude\b/, reason: "reads files of the controller" },
  { pattern: /(?:^|[\s;{])(?:root|alias)\s/, reason: "serves files of the controller" },
  {
    pattern: /\b(?:auth_basic_user_file|ssl_certificate(?:_key)?|proxy_ssl_certificate(?:_key)?)\b/,
    reason: "names files of the controller that hold secrets",
  },
  { pattern: /\bmirror\s/, reason: "sends a copy of the requests elsewhere" },
  { pattern: /\$http_(?:authorization|cookie)\b|\$cookie_\w+/, reason: "copies users' credentials" },
  { pattern: /\$ssl_client_(?:raw_|escaped_)?cert\b/, reason: "copies users' credentials" },
];

/** The dangers in a snippet, by what is found of each; comments count too, as a word list can't tell them apart. */
export function dangersIn(text: string): { readonly found: string; readonly reason: string }[] {
  return dangers.flatMap(({ pattern, reason }) => {
    const [found] = pattern.exec(text) ?? [];
    return found === undefined ? [] : [{ found: found.trim(), reason }];
  });
}
