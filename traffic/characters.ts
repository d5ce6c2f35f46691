/**
 * The characters that ingress-nginx accepts in a canary annotation. It silently replaces any other text by the empty string,
 * which drops the rule or turns it into another one, so Sluice refuses it before.
 *
 * @see internal/ingress/annotations/parser/validators.go of controller v1.15.1 (`BasicCharsRegex`, `IsValidRegex`)
 */
export interface CharacterSet {
  /** Matches a whole text of allowed characters. */
  readonly allowed: RegExp;
  /** The same in plain English, for a message. */
  readonly inWords: string;
}

/**
 * A header's name. The controller takes more, but nginx drops a request's header with any of it before a rule is asked
 * (`ignore_invalid_headers` and `underscores_in_headers` at their defaults).
 *
 * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#ignore_invalid_headers
 */
export const headerNameCharacters: CharacterSet = {
  allowed: /^[-a-zA-Z0-9]+$/,
  inWords: "letters, digits and -",
};

/**
 * A cookie's name: the controller's characters without `/` and `:`, which no name may hold
 * (RFC 9110, section 5.6.2).
 */
export const nameCharacters: CharacterSet = {
  allowed: /^[-._~a-zA-Z0-9]+$/,
  inWords: "letters, digits and - . _ ~",
};

/** A header's exact value. */
export const valueCharacters: CharacterSet = {
  allowed: /^[-._~a-zA-Z0-9/: ]+$/,
  inWords: "letters, digits, spaces and - . _ ~ / :",
};

/** A header's pattern. */
export const patternCharacters: CharacterSet = {
  allowed: /^[-._~a-zA-Z0-9/:^$[\](){}*+?|&=\\]+$/,
  inWords: "letters, digits and - . _ ~ / : ^ $ [ ] ( ) { } * + ? | & = \\, without spaces",
};
