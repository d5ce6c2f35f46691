/**
 * The annotations that both ingress-nginx and Traefik read.
 *
 * @see `ingressConfig` in pkg/provider/kubernetes/ingress-nginx/annotations.go of Traefik v3.7.6
 */
export const readByBoth: readonly string[] = `
  affinity affinity-canary-behavior allowlist-source-range app-root auth-method auth-realm auth-response-headers
  auth-secret auth-secret-type auth-signin auth-snippet auth-tls-pass-certificate-to-upstream auth-tls-secret
  auth-tls-verify-client auth-type auth-url backend-protocol canary canary-by-cookie canary-by-header
  canary-by-header-pattern canary-by-header-value canary-weight canary-weight-total client-body-buffer-size
  configuration-snippet cors-allow-credentials cors-allow-headers cors-allow-methods cors-allow-origin
  cors-expose-headers cors-max-age custom-headers custom-http-errors default-backend enable-access-log enable-cors
  enable-global-auth enable-modsecurity enable-owasp-core-rules force-ssl-redirect from-to-www-redirect
  limit-burst-multiplier limit-connections limit-rpm limit-rps modsecurity-snippet modsecurity-transaction-id
  permanent-redirect permanent-redirect-code proxy-body-size proxy-buffer-size proxy-buffering proxy-buffers-number
  proxy-connect-timeout proxy-http-version proxy-max-temp-file-size proxy-next-upstream proxy-next-upstream-timeout
  proxy-next-upstream-tries proxy-read-timeout proxy-request-buffering proxy-send-timeout proxy-ssl-name
  proxy-ssl-secret proxy-ssl-server-name proxy-ssl-verify rewrite-target server-alias server-snippet service-upstream
  session-cookie-domain session-cookie-expires session-cookie-max-age session-cookie-name session-cookie-path
  session-cookie-samesite session-cookie-secure ssl-passthrough ssl-redirect temporal-redirect temporal-redirect-code
  upstream-hash-by upstream-vhost use-regex whitelist-source-range x-forwarded-prefix
`
  .trim()
  .split(/\s+/);

/**
 * The annotations that ingress-nginx alone reads, in some version from v1.0 to v1.15.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/, and
 * internal/ingress/annotations of v1.11.0, which reads some more than are listed there
 */
export const readByIngressNginx: readonly string[] = `
  affinity-mode auth-always-set-cookie auth-cache-duration auth-cache-key auth-keepalive auth-keepalive-requests
  auth-keepalive-share-vars auth-keepalive-timeout auth-proxy-set-headers auth-request-redirect
  auth-signin-redirect-param auth-tls-error-page auth-tls-match-cn auth-tls-verify-depth connection-proxy-header
  denylist-source-range disable-proxy-intercept-errors enable-opentelemetry enable-rewrite-log fastcgi-index
  fastcgi-params-configmap global-rate-limit global-rate-limit-ignored-cidrs global-rate-limit-key
  global-rate-limit-window http2-push-preload limit-allowlist limit-rate limit-rate-after limit-whitelist
  load-balance mirror-host mirror-request-body mirror-target opentelemetry-operation-name
  opentelemetry-trust-incoming-span preserve-trailing-slash proxy-busy-buffers-size proxy-cookie-domain
  proxy-cookie-path proxy-redirect-from proxy-redirect-to proxy-ssl-ciphers proxy-ssl-protocols
  proxy-ssl-verify-depth relative-redirects satisfy session-cookie-change-on-failure
  session-cookie-conditional-samesite-none ssl-ciphers ssl-prefer-server-ciphers stream-snippet
  upstream-hash-by-subset upstream-hash-by-subset-size use-port-in-redirects
`
  .trim()
  .split(/\s+/);
