import {
  glueResponse,
  Glue,
  type GlueResponse,
  type ResourceDocument,
  broken,
  errorResponse,
  invalidAttributes,
} from '../support/glue.js';
import { Shop } from '../support/shop.js';

const DAY = 24 * 3600;

describe('a strict tenant in the Glue API', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ strict: true, activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const failed = errorResponse('003', 'Failed to authenticate user.');
  const logIn = (username: string, password: string) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
  const grant = async (username: string, password: string) => {
    const { status, headers, text } = await shop.send('POST', '/token', {
      body: new URLSearchParams({ grant_type: 'password', username, password }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return { status, text, wait: headers['retry-after'] };
  };

  it('returns the same for every failed login, but reports a lock where the contract does', async () => {
    const [ada, eve, unconfirmed] = [await glue.customer(), await glue.customer(), await glue.signUp()];
    const unknown = shop.person().email;
    const invalidGrant = await grant(unknown, 'a wrong guess');
    expect(invalidGrant).toMatchObject({ status: 400, wait: undefined });
    for (const [email, password] of [
      [unknown, 'a wrong guess'],
      [ada.email, 'a wrong guess'],
      [unconfirmed.email, unconfirmed.password],
    ] as const) {
      expect(await logIn(email, password)).toEqual(failed);
      expect(await grant(email, password)).toEqual(invalidGrant);
    }
    for (let n = 0; n < 16; n++) await logIn(eve.email, 'a wrong guess');
    expect(await logIn(eve.email, eve.password)).toMatchObject({ status: 429 });
    expect(await grant(eve.email, eve.password)).toEqual(invalidGrant);
  });

  it('returns the same for a sign-up with a known or new address, including the next reference', async () => {
    const ada = await glue.customer();
    shop.advanceClock(3601);
    const signUp = (email: string, path = '/customers'): Promise<GlueResponse> =>
      glue.unauthenticated.send('POST', path, { attributes: glue.person({ email, dateOfBirth: '1815-12-10' }) });
    const responses = [await signUp(shop.person().email), await signUp(ada.email), await signUp(shop.person().email)];
    const [before, taken, after] = responses.map(({ body }) => (body as ResourceDocument).data);
    const numbers = [before, taken, after].map((one) => Number(one?.id.replace(/^DE--/, '')));
    expect(numbers).toEqual([numbers[0], Number(numbers[0]) + 1, Number(numbers[0]) + 2]);
    expect(responses[1]).toEqual(
      glueResponse(201, {
        data: {
          ...before,
          id: taken?.id,
          attributes: {
            ...before?.attributes,
            email: ada.email,
            createdAt: taken?.attributes.createdAt,
            updatedAt: taken?.attributes.createdAt,
          },
          links: { self: `http://foyer.test/customers/${taken?.id ?? ''}` },
        },
      }),
    );
    const included = [
      await signUp(shop.person().email, '/customers?include=addresses'),
      await signUp(ada.email, '/customers?include=addresses'),
    ];
    const [free, known] = included.map(({ body }) =>
      Object.keys((body as ResourceDocument).data).concat(Object.keys(body as ResourceDocument)),
    );
    expect(known).toEqual(free);

    expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toEqual(['signup-attempt', 'opt-in']);
    await glue.logIn(ada);
    expect(await logIn(ada.email, glue.person().password)).toMatchObject({ status: 201 });
  });

  it('shortens the token lifetimes of the Glue API', async () => {
    const ada = await glue.customer();
    expect(ada.login).toMatchObject({ expiresIn: 900 });
    shop.advanceClock(901);
    expect(await ada.send('GET', ada.path)).toEqual(errorResponse('001', 'Invalid access token.'));
    const refreshed = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken: ada.login.refreshToken });
    const { refreshToken, expiresIn } = refreshed.data.attributes;
    expect(expiresIn).toBe(900);
    shop.advanceClock(14 * DAY + 1);
    await glue.unauthenticated.post('/refresh-tokens', 401, { refreshToken: String(refreshToken) });
  });

  it.each([
    [14, broken.tooShort(15)],
    [129, broken.tooLong(128)],
  ])('requires 15 to 128 characters and rejects %i', async (length, text) => {
    const password = 'x'.repeat(length);
    const person = glue.person({ password, confirmPassword: password });
    expect(await glue.unauthenticated.send('POST', '/customers', { attributes: person })).toEqual(
      invalidAttributes({ password: text, confirmPassword: text }),
    );
  });

  it.each([15, 128])('accepts passwords of %i characters, without rules for their composition', async (length) => {
    const password = 'quiet blue door of a house near the sea '.repeat(4).slice(0, length);
    await glue.customer({ password, confirmPassword: password });
  });
});
