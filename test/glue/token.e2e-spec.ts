import { Glue, GlueClient, type GlueAnswer } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('the OAuth token', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<GlueAnswer> =>
    glue.stranger.send('POST', '/token', {
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
  const wrong = (error: string, error_description: string): GlueAnswer => ({
    status: 400,
    reason: 'Bad Request',
    headers,
    body: { error, error_description },
  });

  it('is given for e-mail and password, and opens what is protected', async () => {
    const { email: username, password, path } = await glue.customer();
    const answer = await ask({ grant_type: 'password', username, password });
    expect(answer).toEqual(issued);
    await new GlueClient(shop, (answer.body as { access_token: string }).access_token).get(path);
  });

  it('is given for its own refresh token', async () => {
    const { email: username, password } = await glue.customer();
    const { body } = await ask({ grant_type: 'password', username, password });
    const { refresh_token } = body as { refresh_token: string };
    expect(await ask({ grant_type: 'refresh_token', refresh_token })).toEqual(issued);
  });

  it('is given for a refresh token that came with access tokens', async () => {
    const { login } = await glue.customer();
    expect(await ask({ grant_type: 'refresh_token', refresh_token: login.refreshToken })).toEqual(issued);
  });

  it.each<[string, Record<string, string>]>([
    ['unknown', { grant_type: 'magic', username: 'ada@example.com', password: 'some password' }],
    ['missing', { username: 'ada@example.com', password: 'some password' }],
  ])('is refused as invalid_grant for a grant that is %s', async (_name, form) => {
    expect(await ask(form)).toEqual(wrong('invalid_grant', 'The grant_type must be password or refresh_token.'));
  });

  it('is refused as invalid_grant without a body', async () => {
    expect(await glue.stranger.send('POST', '/token')).toEqual(
      wrong('invalid_grant', 'The grant_type must be password or refresh_token.'),
    );
  });

  it('is refused as invalid_grant for wrong credentials, known or not', async () => {
    const { email } = await glue.customer();
    for (const username of [email, shop.person().email, 'no address']) {
      expect(await ask({ grant_type: 'password', username, password: 'a wrong guess' })).toEqual(
        wrong('invalid_grant', 'The user credentials were incorrect.'),
      );
    }
  });

  it.each<[string, Record<string, string>]>([
    ['username', { grant_type: 'password', password: 'some password' }],
    ['password', { grant_type: 'password', username: 'ada@example.com' }],
    ['refresh_token', { grant_type: 'refresh_token' }],
  ])('is refused as invalid_request without %s', async (name, form) => {
    const refusal = wrong('invalid_request', `The parameter ${name} is missing or not valid.`);
    expect(await ask(form)).toEqual(refusal);
    expect(await ask({ ...form, [name]: '' })).toEqual(refusal);
  });

  it('is refused as invalid_request for a bad refresh token', async () => {
    expect(await ask({ grant_type: 'refresh_token', refresh_token: 'unknown' })).toEqual(
      wrong('invalid_request', 'The refresh token is invalid.'),
    );
  });

  it('is refused as invalid_request for an unknown store', async () => {
    const { email: username, password } = await glue.customer();
    expect(await ask({ grant_type: 'password', username, password }, { store: 'XX' })).toEqual(
      wrong('invalid_request', 'The store is not valid.'),
    );
  });

  it.each<[string, string, unknown, number]>([
    ['a media type that nobody reads', 'text/plain', 'grant_type=password', 415],
    ['what is no JSON', 'application/json', '{"grant_type":', 400],
    ['a body that is too large', 'application/json', `"${'x'.repeat(1024 * 1024)}"`, 413],
  ])('is refused in the form of OAuth for %s', async (_name, type, body, status) => {
    const answer = await glue.stranger.send('POST', '/token', { body, headers: { 'content-type': type } });
    expect(answer).toMatchObject({
      ...wrong('invalid_request', 'The request is not valid.'),
      status,
      reason: answer.reason,
    });
  });

  it('is the only one that a form is taken for', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await glue.stranger.send('POST', '/access-tokens', { body: 'username=ada', headers: form });
    expect(answer.status).toBe(415);
  });
});
