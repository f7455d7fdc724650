import { generateKeyPairSync } from 'node:crypto';
import { Failure, type Finding } from '../common/failure.js';
import { checkedSettings } from './check-settings.js';

/** The findings for the value of a setting, with a short name for the setting. */
function findingsFor(setting: string, value: unknown, short: string): Finding[] {
  try {
    checkedSettings({ [setting]: value });
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const shortened = (text: string): string => text.replace(setting, short);
    return error.findings.map(({ field, message }) => ({ field: shortened(field), message: shortened(message) }));
  }
}

const providerFindings = (value: unknown, short: string) => findingsFor('identityProviders', value, short);
const exchangeFindings = (value: unknown, short: string) => findingsFor('tokenExchange', value, short);

const valid = {
  name: 'keycloak',
  issuer: 'https://login.acme.example/realms/shop',
  clientId: 'shop',
  redirectUris: ['https://acme.example/callback'],
};

/** The findings for a provider that differs from a valid one. */
const provider = (more: object): string[] =>
  [...providerFindings([{ ...valid, ...more }], 'p')].map(({ message }) => message);
const exchange = (value: unknown): string[] => [...exchangeFindings(value, 'x')].map(({ message }) => message);

const browserSchemes = [
  'file:///etc/passwd',
  'filesystem:https://a/b',
  'blob:https://a/b',
  'about:blank',
  'View-Source:https://a',
];

const HTTPS = 'https, or http on localhost, without a password';

describe('the validation of identity providers', () => {
  it.each<[string, object]>([
    ['an issuer', {}],
    ['an issuer on localhost', { issuer: 'http://localhost:8080/realms/shop' }],
    [
      'a domain and an endpoint below it',
      { issuer: undefined, domain: 'acme.eu.auth0.com', tokenEndpoint: 'oauth/token' },
    ],
    ['the redirect URI of an app', { redirectUris: ['com.acme.shop:/callback'] }],
    ['a secret with spaces', { clientSecret: 'a b' }],
    ['a secret that null removes', { clientSecret: null }],
    ['a default provider', { default: true }],
    ['a provider with trusted addresses', { trustEmail: true }],
  ])('accepts %s', (_what, more) => {
    const entries = Object.entries({ ...valid, ...more }).filter(([, value]) => value !== undefined);
    expect([...providerFindings([Object.fromEntries(entries)], 'p')]).toEqual([]);
  });

  it.each<[object, string]>([
    [{ redirectUri: 'https://acme.example/callback' }, 'p.0.redirectUri is not known'],
    [{ constructor: 'x' }, 'p.0.constructor is not known'],
    [{ issuer: 'http://op.example' }, `p.0.issuer must be a URL: ${HTTPS}`],
    [{ issuer: 'https://a:b@op.example' }, `p.0.issuer must be a URL: ${HTTPS}`],
    [{ issuer: 'file:///etc/passwd' }, `p.0.issuer must be a URL: ${HTTPS}`],
    [{ domain: 'acme.eu.auth0.com' }, 'p.0 must have issuer or domain, and not both'],
    [{ tokenEndpoint: 'http://eve.example/token' }, `p.0.tokenEndpoint must be a path, or a URL: ${HTTPS}`],
    [{ tokenEndpoint: '//eve.example/token' }, `p.0.tokenEndpoint must be a path, or a URL: ${HTTPS}`],
    [{ name: 'a--b' }, 'p.0.name must have 1 to 40 letters, digits, _, . and single -, and not begin with . or -'],
    [{ clientId: 7 }, 'p.0.clientId must have 1 to 2000 characters and no spaces'],
    [{ clientSecret: '' }, 'p.0.clientSecret must have 1 to 2000 characters'],
    [{ default: 'yes' }, 'p.0.default must be true or false'],
    ...[
      [],
      'https://acme.example/',
      ['javascript:alert(1)'],
      ['https://acme.example/#'],
      [7],
      ...browserSchemes.map((uri) => [uri]),
    ].map((redirectUris): [object, string] => [
      { redirectUris },
      'p.0.redirectUris must be a list of 1 to 50 URLs without # or user:password@, exactly as the storefront sends them',
    ]),
  ])('rejects %j', (more, message) => {
    expect(provider(more)).toEqual([message]);
  });

  it('names every missing field', () => {
    expect([...providerFindings([{}], 'p')].map(({ field }) => field)).toEqual([
      'p.0.name',
      'p.0.clientId',
      'p.0.redirectUris',
      'p.0.issuer',
    ]);
  });

  it('rejects duplicate names, two defaults and more than 50 providers', () => {
    const fields = (...others: unknown[]) => [...providerFindings([valid, ...others], 'p')].map(({ field }) => field);
    expect(fields({ ...valid, name: 'google', default: true })).toEqual([]);
    expect(fields(valid)).toEqual(['p.1.name']);
    const standard = { ...valid, default: true };
    expect(fields({ ...standard, name: 'a' }, { ...standard, name: 'b' })).toEqual(['p.2.default']);
    expect(fields('b')).toEqual(['p.1']);
    expect([...providerFindings(valid, 'p')].map(({ field }) => field)).toEqual(['p']);
    expect([
      ...providerFindings(
        Array.from({ length: 51 }, (_, one) => ({ ...valid, name: `n${one}` })),
        'p',
      ),
    ]).toHaveLength(1);
  });
});

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keySet = { keys: [publicKey.export({ format: 'jwk' })] };
const invalidKeySets = [
  'http://op.example/jwks',
  {},
  { keys: [] },
  { keys: 'x' },
  { keys: [{ kty: 'EC' }] },
  { keys: [null] },
  // The settings must not contain private keys or shared secrets.
  { keys: [privateKey.export({ format: 'jwk' })] },
  { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] },
  { keys: Array.from({ length: 101 }, () => keySet.keys[0]) },
];

describe('the validation of token exchange settings', () => {
  it('accepts keys, an introspection endpoint and values that null removes', () => {
    const online = { domain: 'op.example', tokenIntrospectEndpoint: 'introspect', clientId: 'a', clientSecret: 'b c' };
    expect(
      exchange({ default: { jwks: 'https://op.example/jwks', issuer: 'any' }, overrides: { site_PL: online } }),
    ).toEqual([]);
    expect(exchange({ default: { tokenClientId: null }, overrides: { site_PL: null } })).toEqual([]);
    expect(exchange({ default: null, overrides: null })).toEqual([]);
    expect(exchange({ default: { jwks: keySet, issuer: 'any', trustEmail: true } })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [[], 'x must be an object'],
    [{ standard: {} }, 'x.standard is not known'],
    [{ default: 'x' }, 'x.default must be an object'],
    [{ default: { jwsk: 'https://op.example/jwks' } }, 'x.default.jwsk is not known'],
    [{ default: { jwsk: null } }, 'x.default.jwsk is not known'],
    ...invalidKeySets.map((jwks): [unknown, string] => [
      { default: { jwks } },
      `x.default.jwks must be a URL: ${HTTPS}; or a key set {"keys": […]} of 1 to 100 public keys`,
    ]),
    [{ default: { trustEmail: 'yes' } }, 'x.default.trustEmail must be true or false'],
    [{ default: { domain: 'http://op.example' } }, `x.default.domain must be a domain, or a URL: ${HTTPS}`],
    [{ default: { audience: '' } }, 'x.default.audience must have 1 to 2000 characters and no spaces'],
    [{ overrides: [] }, 'x.overrides must be an object'],
    [{ overrides: { a: { issuer: 1 } } }, 'x.overrides.a.issuer must have 1 to 2000 characters and no spaces'],
    [
      { overrides: { 'a--b': {} } },
      'x.overrides.a--b: the name must have 1 to 40 letters, digits, _, . and single -, and not begin with . or -',
    ],
  ])('rejects %j', (value, message) => {
    expect(exchange(value)).toEqual([message]);
  });

  it('limits the length of names in error messages', () => {
    for (const value of [{ default: { ['y'.repeat(5000)]: 1 } }, { overrides: { ['y'.repeat(5000)]: {} } }]) {
      expect(exchange(value)[0]?.length).toBeLessThan(400);
    }
  });
});
