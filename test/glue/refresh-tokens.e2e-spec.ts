import {
  glueResponse,
  Glue,
  GlueClient,
  invalidToken,
  missingToken,
  errorResponse,
  tokenResponse,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { Shop } from '../support/shop.js';
import { decodeToken } from '../support/tokens.js';

describe('Glue refresh tokens', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const refresh = (refreshToken: unknown) =>
    glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } });
  const failed = errorResponse('004', 'Failed to refresh token.');

  it('return new tokens', async () => {
    const { login } = await glue.customer();
    const response = await refresh(login.refreshToken);
    expect(response).toEqual(tokenResponse('refresh-tokens'));
    const { attributes } = (response.body as { data: { attributes: Record<string, string> } }).data;
    expect(attributes.refreshToken).not.toBe(login.refreshToken);
    await new GlueClient(shop, attributes.accessToken).get('/customers');
  });

  it("have the vendor's claims in the access tokens of a login and of a refresh", async () => {
    const { login, reference, email } = await glue.customer();
    const next = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken: login.refreshToken });
    const [{ id = '' } = {}] = await rows<{ id: string }>(
      shop,
      'select customer_id as id from accounts where email = $1',
      [email],
    );
    for (const token of [login.accessToken, String(next.data.attributes.accessToken)]) {
      const { claims } = decodeToken(token);
      expect({ uid: claims.uid, scopes: claims.scopes, sub: JSON.parse(String(claims.sub)) as unknown }).toEqual({
        uid: id,
        scopes: ['customer'],
        sub: {
          ...{ id_company_user: null, id_agent: null, customer_reference: reference },
          ...{ id_customer: Number(id), permissions: null },
        },
      });
    }
  });

  it('are valid once; a later replay ends the session', async () => {
    const ada = await glue.customer();
    const next = await ada.post('/refresh-tokens', 201, { refreshToken: ada.login.refreshToken });
    shop.advanceClock(60);
    expect(await refresh(ada.login.refreshToken)).toEqual(failed);
    expect(await refresh(next.data.attributes.refreshToken)).toEqual(failed);
    expect(await ada.send('GET', ada.path)).toEqual(invalidToken);
  });

  it('return the same successor to four parallel requests', async () => {
    const { login } = await glue.customer();
    const responses = await Promise.all(Array.from({ length: 4 }, () => refresh(login.refreshToken)));
    for (const response of responses) expect(response).toEqual(tokenResponse('refresh-tokens'));
    const successors = responses.map(
      ({ body }) => (body as { data: { attributes: Record<string, string> } }).data.attributes.refreshToken,
    );
    expect(new Set(successors).size).toBe(1);
  });

  it('expire', async () => {
    const { login } = await glue.customer();
    shop.advanceClock(30 * 86_400 + 1);
    expect(await refresh(login.refreshToken)).toEqual(failed);
  });

  it.each([
    ['an unknown token', 'no token of ours'],
    ['an access token', 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl'],
    ['a text of 5000 characters', 'x'.repeat(5000)],
    ['a text with NUL', 'a\0b'],
    ['a number', 12],
  ])('of the wrong kind are rejected: %s', async (_name, token) => {
    expect(await refresh(token)).toEqual(failed);
  });

  it.each([
    ['no text', { refreshToken: ['a'] }, 'refreshToken => This value should be of type string.'],
    ['missing', {}, 'refreshToken => This field is missing.'],
    ['empty', { refreshToken: '' }, 'refreshToken => This value should not be blank.'],
    ['null', { refreshToken: null }, 'refreshToken => This value should not be blank.'],
  ])('are rejected if they are %s', async (_name, attributes, detail) => {
    expect(await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes })).toEqual(
      errorResponse('901', detail),
    );
  });

  it('can be revoked individually, together with their session', async () => {
    const ada = await glue.customer();
    const elsewhere = await glue.logIn(ada);
    expect(await ada.send('DELETE', `/refresh-tokens/${elsewhere.login.refreshToken}`)).toEqual(glueResponse(204));
    expect(await refresh(elsewhere.login.refreshToken)).toEqual(failed);
    expect(await elsewhere.send('GET', ada.path)).toEqual(invalidToken);
    await ada.get(ada.path);
    expect(await refresh(ada.login.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
  });

  it('are all revoked with the id "mine"', async () => {
    const ada = await glue.customer();
    const elsewhere = await glue.logIn(ada);
    expect(await ada.send('DELETE', '/refresh-tokens/mine')).toEqual(glueResponse(204));
    for (const { login } of [ada, elsewhere]) expect(await refresh(login.refreshToken)).toEqual(failed);
  });

  it('of other customers are not revoked, with the same response', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    expect(await eve.send('DELETE', `/refresh-tokens/${ada.login.refreshToken}`)).toEqual(glueResponse(204));
    expect(await eve.send('DELETE', '/refresh-tokens/mine')).toEqual(glueResponse(204));
    expect(await refresh(ada.login.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
  });

  it.each(['unknown', 'x'.repeat(400), 'a%00b'])(
    'that are unknown get the same response when revoked',
    async (token) => {
      const ada = await glue.customer();
      expect(await ada.send('DELETE', `/refresh-tokens/${token}`)).toEqual(glueResponse(204));
      await ada.get(ada.path);
      expect(await refresh(ada.login.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
    },
  );

  it('of a customer are not revoked by a service', async () => {
    const [ada, { token }] = [await glue.customer(), await shop.serviceClient()];
    const service = new GlueClient(shop, token);
    expect(await service.send('DELETE', `/refresh-tokens/${ada.login.refreshToken}`)).toEqual(missingToken);
    expect(await service.send('DELETE', '/refresh-tokens/mine')).toEqual(missingToken);
    expect(await refresh(ada.login.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
  });

  it('can be revoked only with a token', async () => {
    expect(await glue.unauthenticated.send('DELETE', '/refresh-tokens/mine')).toEqual(missingToken);
    expect(await new GlueClient(shop, 'bad').send('DELETE', '/refresh-tokens/mine')).toEqual(invalidToken);
  });
});
