import { broken, glueResponse, Glue, errorResponse, invalidAttributes, tokenResponse } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('access tokens', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const logIn = (attributes: Record<string, unknown>) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes });
  const failed = errorResponse('003', 'Failed to authenticate user.');

  it('are returned for e-mail and password', async () => {
    const { email, password } = await glue.customer();
    expect(await logIn({ username: email, password })).toEqual(tokenResponse('access-tokens'));
  });

  it('give access to protected resources', async () => {
    const ada = await glue.customer();
    expect((await ada.get(ada.path)).data.id).toBe(ada.reference);
  });

  it('are valid for 28800 seconds', async () => {
    const ada = await glue.customer();
    shop.advanceClock(28_790);
    await ada.get(ada.path);
    shop.advanceClock(20);
    expect(await ada.send('GET', ada.path)).toEqual(errorResponse('001', 'Invalid access token.'));
  });

  it('are not issued for a wrong password', async () => {
    const { email } = await glue.customer();
    expect(await logIn({ username: email, password: 'a wrong guess' })).toEqual(failed);
  });

  it('are not issued for an unknown e-mail, with the same error', async () => {
    expect(await logIn({ username: shop.person().email, password: 'a wrong guess' })).toEqual(failed);
  });

  it('are not issued before the e-mail is confirmed', async () => {
    const { email, password } = await glue.signUp();
    expect(await logIn({ username: email, password })).toEqual(failed);
  });

  it('are not issued for an account on hold, and existing ones are revoked', async () => {
    const ada = await glue.customer();
    const service = await shop.serviceClient();
    const [{ id = '' } = {}] = await service.get<{ id: string }[]>(`/customers?q=contactEmail:${ada.email}`);
    await service.patch(`/customers/${id}`, 200, { onHold: true });
    expect(await logIn({ username: ada.email, password: ada.password })).toEqual(failed);
    expect(await ada.send('GET', ada.path)).toEqual(errorResponse('001', 'Invalid access token.'));
  });

  it('require both attributes', async () => {
    expect(await logIn({})).toEqual(
      errorResponse('901', 'username => This field is missing.', 'password => This field is missing.'),
    );
  });

  it('require attributes that are not blank', async () => {
    expect(await logIn({ username: '', password: null })).toEqual(
      invalidAttributes({ username: broken.blank, password: broken.blank }),
    );
  });

  it('require a valid e-mail address', async () => {
    expect(await logIn({ username: 'ada', password: 'some password' })).toEqual(
      errorResponse('901', 'username => This value is not a valid email address.'),
    );
  });

  it('require a password that is a text; a number is converted', async () => {
    expect(await logIn({ username: 'ada@example.com', password: ['some password'] })).toEqual(
      invalidAttributes({ password: broken.noText }),
    );
    const { email, password } = await shop.signUp({ password: '123456789012' });
    expect(await logIn({ username: email, password: Number(password) })).toEqual(tokenResponse('access-tokens'));
  });

  it.each([' ', 'x'.repeat(5000), 'a\0', '\ud800'])(
    'are not issued for a password that no account has, which breaks no attribute rule',
    async (password) => {
      const { email } = await glue.customer();
      expect(await logIn({ username: email, password })).toEqual(failed);
    },
  );

  it('are issued for a password that the current policy would reject', async () => {
    const { email, password } = await shop.signUp({ password: 'short1' });
    expect(await logIn({ username: email, password })).toEqual(tokenResponse('access-tokens'));
  });

  it.each(['access-tokens', 'refresh-tokens'])('are not listed: /%s is empty', async (type) => {
    expect(await glue.unauthenticated.send('GET', `/${type}`)).toEqual(
      glueResponse(200, { data: [], links: { self: `http://foyer.test/${type}` } }),
    );
  });
});
