import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The properties of a request that determine the address of its client. */
interface AddressedRequest {
  /** The address that Fastify found. */
  ip: string;
  /** With trusted proxies: the connection's own address first, then those of `X-Forwarded-For`, the nearest first. */
  ips?: string[];
}

/**
 * The canonical form of an IP address: without port, brackets and zone id. IPv6 is in lower case and compressed
 * (RFC 5952). An IPv4-mapped address is returned as IPv4.
 *
 * @param text such as `203.0.113.7:50001`, `[2001:DB8::7]:50001`, `fe80::1%eth0` or `::ffff:203.0.113.9`
 * @returns undefined if it is not an IP address
 */
export function canonicalAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // The usual case.
  if (isIP(text) === 4) return text;
  const bare = withoutPort(text.trim()).replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return undefined;
  return family === 4 ? bare : ipaddr.process(bare).toString();
}

/**
 * The network that counts as one client in limits and lockouts: an IPv4 address, or the /64 of an IPv6 address. A
 * customer of an internet provider has at least a /64 (RFC 6177).
 *
 * @param address in canonical form; requests without an address, jobs and the command line share the network `local`
 */
export function networkOf(address = 'local'): string {
  if (isIP(address) !== 6) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}

/** Whether an address, with or without port, belongs to one of these proxies: addresses or CIDR ranges. */
export function proxyMatcher(proxies: string[]): (address: string) => boolean {
  const ranges = proxies.map(toRange);
  return (address) => {
    const canonical = canonicalAddress(address);
    if (canonical === undefined) return false;
    const parsed = ipaddr.parse(canonical);
    return ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };
}

/**
 * The canonical address of the client that sent a request. A text in `X-Forwarded-For` that is not an IP address is
 * ignored, and the proxy that sent it counts as the client.
 *
 * @returns undefined if the connection has no address (a Unix socket)
 */
export function clientAddress(request: AddressedRequest): string | undefined {
  // Without trusted proxies there is no list. Fastify computes `ips` and `ip` on each read.
  for (const address of (request.ips ?? [request.ip]).toReversed()) {
    const canonical = canonicalAddress(address);
    if (canonical !== undefined) return canonical;
  }
  return undefined;
}

type Range = [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** An IPv4-mapped range is converted to IPv4: `::ffff:10.0.0.0/104` is `10.0.0.0/8`. */
function toRange(proxy: string): Range {
  const [text = '', bits] = proxy.split('/');
  const address = ipaddr.parse(text);
  const length = bits === undefined ? (address.kind() === 'ipv4' ? 32 : 128) : Number(bits);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && length >= 96) {
    return [address.toIPv4Address(), length - 96];
  }
  return [address, length];
}

/** `[address]`, `[address]:port`, `IPv4:port`; an IPv6 address with a port has brackets (RFC 3986). */
function withoutPort(text: string): string {
  const [, inBrackets] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  return inBrackets ?? text.replace(/^([\d.]+):\d{1,5}$/, '$1');
}
