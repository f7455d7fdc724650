import { isPlainLink } from '../common/url.js';

/** Returns the URL of an endpoint, which is given as a URL or as a path below `base`. */
export function resolveEndpoint(base: string | undefined, endpoint: string): string {
  if (/^https?:\/\//i.test(endpoint) || base === undefined) return endpoint;
  return `${withScheme(base).replace(/\/$/, '')}/${endpoint.replace(/^\//, '')}`;
}

/** The vendor writes a domain without its scheme. */
export function withScheme(domain: string): string {
  return /^https?:\/\//i.test(domain) ? domain : `https://${domain}`;
}

/** Requires https, except for a provider on this machine, which production rejects on the request. No credentials. */
export function isProviderUrl(url: string): boolean {
  if (/\s/.test(url) || !URL.canParse(url) || !isPlainLink(url)) return false;
  const { protocol, hostname } = new URL(url);
  const local = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
  return protocol === 'https:' || local;
}
