import { Glue, GlueClient, type GlueResponse } from '../support/glue.js';
import { Shop } from '../support/shop.js';

const GRANT_INVALID =
  'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is ' +
  'invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to ' +
  'another client.';
const REQUEST_INVALID =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than ' +
  'once, or is otherwise malformed.';

describe('the OAuth token', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const requestToken = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<GlueResponse> =>
    glue.unauthenticated.send('POST', '/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    pragma: 'no-cache',
  };
  const issued = {
    status: 200,
    reason: 'OK',
    headers,
    body: {
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 28_800,
      refresh_token: expect.any(String),
    },
  };
  const oauthError = (error: string, error_description: string): GlueResponse => ({
    status: 400,
    reason: 'Bad Request',
    headers,
    body: { error, error_description },
  });

  it('is issued for e-mail and password and grants access to protected resources', async () => {
    const { email: username, password, path } = await glue.customer();
    const response = await requestToken({ grant_type: 'password', username, password });
    expect(response).toEqual(issued);
    await new GlueClient(shop, (response.body as { access_token: string }).access_token).get(path);
  });

  it('is issued for its own refresh token', async () => {
    const { email: username, password } = await glue.customer();
    const { body } = await requestToken({ grant_type: 'password', username, password });
    const { refresh_token } = body as { refresh_token: string };
    expect(await requestToken({ grant_type: 'refresh_token', refresh_token })).toEqual(issued);
  });

  it('is issued for a refresh token of /access-tokens', async () => {
    const { login } = await glue.customer();
    expect(await requestToken({ grant_type: 'refresh_token', refresh_token: login.refreshToken })).toEqual(issued);
  });

  it.each<[string, Record<string, string>]>([
    ['unknown', { grant_type: 'magic', username: 'ada@example.com', password: 'some password' }],
    ['empty', { grant_type: '', username: 'ada@example.com', password: 'some password' }],
    ['missing', { username: 'ada@example.com', password: 'some password' }],
  ])('is denied as invalid_grant if the grant type is %s', async (_name, form) => {
    expect(await requestToken(form)).toEqual(oauthError('invalid_grant', GRANT_INVALID));
  });

  it.each([undefined, 'null', '[]', '"password"'])('is denied as invalid_grant for the body %s', async (body) => {
    const headers = { 'content-type': 'application/json' };
    expect(await glue.unauthenticated.send('POST', '/token', { body, headers })).toEqual(
      oauthError('invalid_grant', GRANT_INVALID),
    );
  });

  it('is denied as invalid_grant for wrong credentials, whether the user exists or not', async () => {
    const { email } = await glue.customer();
    for (const username of [email, shop.person().email, 'no address', '', 'a\0b@example.com', 'x'.repeat(2000)]) {
      expect(await requestToken({ grant_type: 'password', username, password: 'a wrong guess' })).toEqual(
        oauthError('invalid_grant', 'The user credentials were incorrect.'),
      );
    }
  });

  it.each(['', 'x'.repeat(2000), 'a\0b'])(
    'is denied as invalid_grant for a password that nobody has',
    async (password) => {
      const { email: username } = await glue.customer();
      expect(await requestToken({ grant_type: 'password', username, password })).toEqual(
        oauthError('invalid_grant', 'The user credentials were incorrect.'),
      );
    },
  );

  it('is denied as invalid_grant before the e-mail is confirmed', async () => {
    const { email: username, password } = await glue.signUp();
    expect(await requestToken({ grant_type: 'password', username, password })).toEqual(
      oauthError('invalid_grant', 'The user credentials were incorrect.'),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['username', { grant_type: 'password', password: 'some password' }],
    ['password', { grant_type: 'password', username: 'ada@example.com' }],
    ['refresh_token', { grant_type: 'refresh_token' }],
  ])('is denied as invalid_request without %s, or if it is not a text', async (name, form) => {
    const rejection = oauthError('invalid_request', REQUEST_INVALID);
    expect(await requestToken(form)).toEqual(rejection);
    for (const value of [null, 12, ['a']]) {
      const headers = { 'content-type': 'application/json' };
      const body = { ...form, [name]: value };
      expect(await glue.unauthenticated.send('POST', '/token', { body, headers })).toEqual(rejection);
    }
  });

  it.each(['unknown', '', 'x'.repeat(5000), 'a\0b'])(
    'is denied as invalid_request for an invalid refresh token',
    async (refresh_token) => {
      expect(await requestToken({ grant_type: 'refresh_token', refresh_token })).toEqual(
        oauthError('invalid_request', 'The refresh token is invalid.'),
      );
    },
  );

  it('is denied as invalid_request for a refresh token that was used before', async () => {
    const { login } = await glue.customer();
    const form = { grant_type: 'refresh_token', refresh_token: login.refreshToken };
    await requestToken(form);
    shop.advanceClock(60);
    expect(await requestToken(form)).toEqual(oauthError('invalid_request', 'The refresh token is invalid.'));
  });

  it('is denied as invalid_request for an unknown store', async () => {
    const { email: username, password } = await glue.customer();
    expect(await requestToken({ grant_type: 'password', username, password }, { store: 'XX' })).toEqual(
      oauthError('invalid_request', 'The store is not valid.'),
    );
  });

  it.each<[string, string, unknown, number]>([
    ['an unsupported media type', 'text/plain', 'grant_type=password', 415],
    ['invalid JSON', 'application/json', '{"grant_type":', 400],
    ['a parameter that is sent twice', 'application/x-www-form-urlencoded', 'grant_type=a&grant_type=a', 400],
    ['a body that is too large', 'application/json', `"${'x'.repeat(1024 * 1024)}"`, 413],
  ])('is denied with an OAuth error for %s', async (_name, type, body, status) => {
    const response = await glue.unauthenticated.send('POST', '/token', { body, headers: { 'content-type': type } });
    expect(response).toMatchObject({
      ...oauthError('invalid_request', REQUEST_INVALID),
      status,
      reason: response.reason,
    });
  });

  it('is the only token for which a form is accepted', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await glue.unauthenticated.send('POST', '/access-tokens', { body: 'username=ada', headers: form });
    expect(response.status).toBe(415);
  });
});
