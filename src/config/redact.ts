import type { Environment } from './config.js';

const SECRETS = ['FOYER_SECRET', 'SIGNING_KEYS', 'PGPASSWORD'];
const URLS = ['DATABASE_URL', 'SMTP_URL'];

/** Shorter parts of a key are not secret, and replacing them would hide ordinary words. */
const MIN_SECRET_LENGTH = 16;

/**
 * @returns a function that replaces the secrets of an environment in a text: the whole values of secret settings, parts
 * of keys, and URLs with passwords, also in decoded form
 */
export function redactor(env: Environment): (text: string) => string {
  const secrets = new Set<string>();
  const add = (secret: string | undefined): void => {
    if (secret) secrets.add(secret).add(JSON.stringify(secret).slice(1, -1));
  };
  for (const name of SECRETS) add(env[name]);
  const keys = (env.SIGNING_KEYS ?? '').replace(/-----[^-]*-----/g, '\n');
  for (const part of keys.split(/[\s,]+|\\n/)) if (part.length >= MIN_SECRET_LENGTH) add(part);
  for (const name of URLS) add(env[name]);
  for (const name of [...URLS, 'PUBLIC_URL']) for (const password of passwordsOf(env[name] ?? '')) add(password);
  // Longer ones first, because a secret may contain another one.
  const ordered = [...secrets].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}

/** Finds passwords in a URL, before the last @ and in the query. The URL need not be valid. */
function passwordsOf(url: string): string[] {
  const [, credentials = ''] = /^[^:]*:\/*(.*)@/s.exec(url) ?? [];
  const raw = [
    credentials.replace(/^[^:]*:?/, ''),
    ...[...url.matchAll(/[?&]password=([^&#]*)/gi)].map(([, it]) => it),
  ];
  return raw.flatMap((password = '') => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
