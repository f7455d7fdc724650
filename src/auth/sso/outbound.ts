import { lookup } from 'node:dns';
import { type IncomingMessage, type RequestOptions, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { BlockList, type LookupFunction, isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

/** The maximum size of a provider's response. Key sets have a separate limit. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Addresses that a provider on the internet cannot have: this host, its network, and the cloud's metadata service.
 */
const internalNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  internalNetworks.addSubnet(network, prefix);
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  internalNetworks.addSubnet(network, prefix, 'ipv6');
}

/** Whether requests to an address are forbidden. An IPv4-mapped IPv6 address counts as the IPv4 address. */
export function isInternal(address: string): boolean {
  const family = isIP(address);
  return family === 0 || internalNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

export interface OutboundRequest {
  method?: string;
  headers?: Headers | Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
  /** The maximum size of the response body in bytes. */
  maxBytes?: number;
}

/**
 * Requests to addresses that a tenant's admin, or a provider's document, has given. In production only https and public
 * addresses are allowed. The address is checked on connection, so that a name cannot resolve to a different address
 * after the check. Redirects are not followed.
 */
@Injectable()
export class Outbound {
  private readonly publicOnly: boolean;

  constructor({ mode }: Config) {
    this.publicOnly = mode === 'production';
  }

  /** @throws Error when the address is forbidden or unreachable, or its response is too large */
  async fetch(
    url: string,
    { method = 'GET', headers, body, signal, maxBytes = MAX_RESPONSE_BYTES }: OutboundRequest = {},
  ): Promise<Response> {
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (this.publicOnly && (target.protocol !== 'https:' || (isIP(host) !== 0 && isInternal(host)))) {
      throw new Error(`${target.origin} is not an address on the internet`);
    }
    const options: RequestOptions = {
      method,
      headers: Object.fromEntries(new Headers(headers).entries()),
      signal,
      ...(this.publicOnly && { lookup: lookupPublic }),
    };
    const send = target.protocol === 'https:' ? overHttps : overHttp;
    const response = await new Promise<IncomingMessage>((done, fail) => {
      const request = send(target, options, done);
      request.once('error', fail);
      request.end(body === undefined || body === null ? undefined : asText(body));
    });
    return read(response, maxBytes);
  }
}

/** @throws Error when the response is incomplete, or too large */
async function read(response: IncomingMessage, maxBytes: number): Promise<Response> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error('The response is too large');
    parts.push(part);
  }
  const { statusCode: status = 502, headers } = response;
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return new Response([204, 205, 304].includes(status) ? null : Buffer.concat(parts), { status, headers: fields });
}

/** Converts a body to text: requests to providers contain only forms and JSON. */
function asText(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('The body of a request to a provider must be text');
}

const lookupPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return done(error ?? new Error(`${hostname} has no address`), '', 0);
    if (addresses.some(({ address }) => isInternal(address))) {
      return done(new Error(`${hostname} is not on the internet`), '', 0);
    }
    if (options.all) (done as (error: null, all: typeof addresses) => void)(null, addresses);
    else done(null, first.address, first.family);
  });
};
