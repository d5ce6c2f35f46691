import ipaddr from "ipaddr.js";

/**
 * A regular expression (RE2) that matches a whole `X-Forwarded-For` header whose last address lies in a range. The last one
 * is what the entry point itself has appended: those before it are the client's to write.
 *
 * @param range an IPv4 range in CIDR notation, for example `192.168.0.0/22`; one address is `/32`.
 */
export function clientPattern(range: string): string {
  const [address, bits] = ipaddr.parseCIDR(range);
  const octets = address.toByteArray().map((octet, index) => {
    const fixed = Math.max(0, Math.min(8, bits - 8 * index));
    const first = octet & (0xff << (8 - fixed));
    const count = 2 ** (8 - fixed);
    if (count === 256) return "[0-9]{1,3}";
    return count === 1 ? String(first) : `(?:${Array.from({ length: count }, (_, step) => first + step).join("|")})`;
  });
  return `(?:.*, *)?${octets.join("\\.")}`;
}
