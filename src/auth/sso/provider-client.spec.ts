import { reasonsOf } from './provider-client.js';

describe('the logged reasons of a failed login', () => {
  it('contain the error of the provider and its description', () => {
    const error = Object.assign(new Error('server responded with an error in the response body'), {
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      error: 'invalid_request',
      error_description: 'code_verifier must be a string with a minimum length of 43 characters',
      cause: { error: 'invalid_request', access_token: 'a token' },
    });
    expect(reasonsOf(error)).toEqual({
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      reason: 'invalid_request',
      description: 'code_verifier must be a string with a minimum length of 43 characters',
    });
  });

  it('contain the innermost cause of a wrapped error', () => {
    const connectionError = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const wrapped = new Error('something went wrong', { cause: new Error('fetch failed', { cause: connectionError }) });
    expect(reasonsOf(wrapped)).toEqual({ reason: 'something went wrong', cause: 'connect ECONNREFUSED 127.0.0.1:1' });
    const none = Object.assign(new AggregateError([connectionError], ''), { code: 'ECONNREFUSED' });
    expect(reasonsOf(new Error('x', { cause: none }))).toEqual({ reason: 'x', cause: 'ECONNREFUSED' });
    const cause = new Response(null, { status: 503 });
    expect(reasonsOf(new Error('x', { cause }))).toEqual({ reason: 'x', cause: 'status 503' });
  });

  it('do not quote invalid JSON', () => {
    let error: unknown;
    try {
      JSON.parse('a secret');
    } catch (thrown) {
      error = thrown;
    }
    expect(reasonsOf(error)).toEqual({ reason: 'invalid JSON' });
    expect(reasonsOf(new Error('x', { cause: error }))).toEqual({ reason: 'x', cause: 'invalid JSON' });
  });

  it.each<[string, string, string]>([
    ['control characters', 'a\r\nb\u001b[31mc\u2028d\u202ee', 'a b [31mc d e'],
    ['e-mail addresses', 'User account "ada@example.com" is not there', 'User account *** is not there'],
    [
      'tokens and ids',
      `Code ${'x'.repeat(43)} of 0b7f2c1e-77a5-4f3c-9d2e-0123456789ab is used`,
      'Code *** of *** is used',
    ],
    ['lone surrogates', 'a \ud83d b', 'a \ufffd b'],
  ])('contain no %s from external text', (_what, text, expected) => {
    expect(reasonsOf(Object.assign(new Error('x'), { error_description: text })).description).toBe(expected);
  });

  it('are limited in length', () => {
    for (const text of ['word '.repeat(100_000), 'a'.repeat(1_000_000), `${'b '.repeat(99)}ada.lovelace@example.com`]) {
      const { description = '' } = reasonsOf(Object.assign(new Error('x'), { error_description: text }));
      expect(description.length).toBeLessThanOrEqual(200);
      expect(description).not.toContain('lovelace');
    }
  });

  it('contain only strings', () => {
    expect(reasonsOf(Object.assign(new Error('x'), { error: {}, error_description: ['y'] }))).toEqual({ reason: 'x' });
    expect(reasonsOf('x')).toEqual({});
  });
});
