import { Failure } from '../common/failure.js';
import { checkedSettings } from './check-settings.js';
import { defaultSettings } from './tenant-settings.js';

/** The fields for which a change is rejected. */
function errors(changes: Record<string, unknown>): string[] {
  try {
    checkedSettings(changes);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.findings.map(({ field }) => field);
  }
}

describe('a change of settings', () => {
  it('may contain all defaults, nothing or only null', () => {
    expect(errors({ ...defaultSettings })).toEqual([]);
    expect(errors({})).toEqual([]);
    expect(errors({ activation: null, links: null, lifetimes: { optIn: null } })).toEqual([]);
  });

  it.each([
    ['activation', ['none', 'both'], ['never', '', true, 'None']],
    ['customerOnHoldOnCreation', [true, false], ['true', 1, {}]],
    ['strict', [true, false], ['true', 1, {}]],
    ['enableOrderAddressPropagation', [true, false], ['yes', 0]],
    ['companyContactPropagation', ['UPWARD', 'DOWNWARD', 'DISABLED'], ['upward', '', true]],
    ['companyJoin', ['open', 'approval'], ['closed', '', true]],
    ['emailChange', ['confirmed', 'immediate'], ['never', '', true]],
    [
      'corsOrigins',
      [['*'], [], ['https://acme.example', 'http://localhost:3000', 'https://[::1]:8443', 'http://192.0.2.1']],
      [
        ...['*', 'https://acme.example', ['*', 'https://acme.example'], ['https://acme.example/'], ['acme.example']],
        ...[
          ['https://acme.example:443'],
          ['https://ACME.example'],
          ['https://*.acme.example'],
          ['https://a.example/x'],
        ],
        ...[['https://user@acme.example'], ['ftp://acme.example'], ['null'], [''], [7], {}],
      ],
    ],
    ['preferredLanguage', ['de', 'en_US', 'zh-Hant-TW'], ['', 'e', 'en US', 7, `en${'-abcdefgh'.repeat(4)}`]],
    ['preferredCurrency', ['EUR', 'usd'], ['EURO', '€', '', 978]],
    ['preferredSite', ['main', 'Berlin Mitte'], ['', 'a\nb', 'x'.repeat(256), []]],
    ['restrictions', [[], ['DE', 'at-1', 'b_2']], ['DE', ['DE', 'DE'], ['D E'], [''], [7], ['a--b'], ['x'.repeat(41)]]],
    [
      'mailFrom',
      [
        'a@b.example',
        'a@bücher.example',
        'Jörg <a@b.example>',
        'Acme Inc. <a@b.example>',
        '"Acme, Inc." <a@b.example>',
      ],
      [
        '',
        'Acme',
        'Acme <a>',
        'a@b.example\r\nBcc: eve@b.example',
        'x, e@b.example <a@b.example>',
        'A\n <a@b.example>',
        'jörg@b.example',
        'Jörg <jörg@b.example>',
        1,
      ],
    ],
  ])('accepts only valid values of %s', (name, valid, invalid) => {
    for (const value of valid) expect([value, errors({ [name]: value })]).toEqual([value, []]);
    for (const value of invalid) expect([value, errors({ [name]: value })]).toEqual([value, [name]]);
  });

  it('accepts only http and https links', () => {
    for (const value of ['http://localhost:8080/?token=', 'HTTPS://acme.example/#']) {
      expect(errors({ links: { optIn: value } })).toEqual([]);
    }
    for (const value of [
      '',
      'acme.example',
      'javascript:alert(1)',
      'ftp://a.example',
      'http://a.example/\r\nX: y',
      1,
    ]) {
      expect([value, errors({ links: { optIn: value } })]).toEqual([value, ['links.optIn']]);
    }
  });

  it.each([
    [
      'name',
      ['', 'Acme', `Ada's "Best" <Shop> & Söhne`, 'a'.repeat(100)],
      [1, 'a'.repeat(101), 'Acme\nBcc: eve@b.example'],
    ],
    ['name', [], ['Acme\r\n', 'Acme\0', 'Acme\u2028', 'Ac\u200bme', '\u202eemcA', ['Acme'], {}]],
    [
      'logoUrl',
      ['', 'https://acme.example/logo.png?a=1&b=2', 'HTTPS://acme.example/l.svg'],
      [
        'http://acme.example/l.png',
        'javascript:alert(1)',
        'data:image/svg+xml,<svg/>',
        '//acme.example/l.png',
        'logo.png',
      ],
    ],
    [
      'logoUrl',
      [],
      [
        'https://',
        'https://a.example/ x',
        'https://a.example/\n',
        'https://a@b.example/',
        `https://${'a'.repeat(2000)}`,
        7,
      ],
    ],
    [
      'color',
      ['#0a7d4f', '#FFFFFF'],
      ['', 'red', '#fff', '#0a7d4f;', '#0a7d4f"><script>', '#0a7d4g', '#0a7d4f\n', 'rgb(0,0,0)', 7],
    ],
    [
      'footer',
      ['', 'Acme Ltd\n1 High Street\nLondon', '<b>Acme</b>', 'a'.repeat(500)],
      ['a'.repeat(501), 'a\rb', 'a\0', 'a\u202eb', 7],
    ],
    [
      'replyTo',
      ['', 'service@acme.example', 'service@bücher.example'],
      [
        'jörg@acme.example',
        '"a<b"@acme.example',
        'Acme <service@acme.example>',
        'service',
        'a@b.example, e@b.example',
        'a@b.example\r\nBcc: e@b.example',
        'a@b.example\n',
        7,
      ],
    ],
  ])('accepts only valid values of brand.%s', (name, valid, invalid) => {
    for (const value of valid) expect([value, errors({ brand: { [name]: value } })]).toEqual([value, []]);
    for (const value of invalid)
      expect([value, errors({ brand: { [name]: value } })]).toEqual([value, [`brand.${name}`]]);
  });

  it.each([
    [
      'to',
      [[], ['support@acme.example'], Array.from({ length: 10 }, (_, one) => `s${one}@acme.example`)],
      [
        'support@acme.example',
        ['support'],
        ['Acme <support@acme.example>'],
        ['a@b.example', 'A@B.example'],
        ['a@b.example\r\nBcc: e@b.example'],
        [`${'a'.repeat(250)}@b.example`],
        [7],
        Array.from({ length: 11 }, (_, one) => `s${one}@acme.example`),
      ],
    ],
    ['every', ['signup', 'hourly', 'daily'], ['weekly', '', 60]],
  ])('accepts only valid values of activationNotice.%s', (name, valid, invalid) => {
    for (const value of valid) expect([value, errors({ activationNotice: { [name]: value } })]).toEqual([value, []]);
    for (const value of invalid) {
      expect([value, errors({ activationNotice: { [name]: value } })]).toEqual([value, [`activationNotice.${name}`]]);
    }
  });

  it('accepts a link for acting only with one token in its fragment', () => {
    for (const value of ['', 'https://acme.example/act#token={token}', 'http://localhost:3000/#/act?t={token}&x=1']) {
      expect(errors({ backoffice: { actForLink: value } })).toEqual([]);
    }
    for (const value of [
      'https://acme.example/act#token=',
      'https://acme.example/act?token={token}',
      'https://acme.example/{token}#{token}',
      'https://acme.example/#{token}{token}',
      'https://{token}.example/#x',
      'http://acme.example/#{token}',
      'javascript:alert(1)//#{token}',
      '//acme.example/#{token}',
      'https://ada@acme.example/#{token}',
      'https://acme.example/#{token}\n',
      7,
    ]) {
      expect([value, errors({ backoffice: { actForLink: value } })]).toEqual([value, ['backoffice.actForLink']]);
    }
  });

  it('accepts lifetimes from a second to ten years', () => {
    for (const value of [1, 315_360_000]) expect(errors({ lifetimes: { optIn: value } })).toEqual([]);
    for (const value of [0, -1, 1.5, 315_360_001, '60', Infinity, true]) {
      expect([value, errors({ lifetimes: { optIn: value } })]).toEqual([value, ['lifetimes.optIn']]);
    }
  });

  it('reports all unknown and invalid settings at once', () => {
    expect(errors({ activaton: 'none', links: { storefornt: 'x', optIn: 'y' }, lifetimes: 60, mailFrom: '' })).toEqual([
      'activaton',
      'links.storefornt',
      'links.optIn',
      'lifetimes',
      'mailFrom',
    ]);
    expect(errors({ constructor: 1, toString: 2 })).toEqual(['constructor', 'toString']);
    expect(errors({ links: [] })).toEqual(['links']);
  });
});
