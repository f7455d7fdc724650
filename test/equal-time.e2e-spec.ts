import { Shop } from './support/shop.js';

/* No story of how fast something is, but of how slow: who has no account must not be answered sooner. */

describe('a call that may mail somebody', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  const took = async (call: () => Promise<unknown>): Promise<number> => {
    const before = performance.now();
    await call();
    return performance.now() - before;
  };

  it.each([
    ['/password/reset', 204],
    ['/signup/optin/refresh_token', 202],
  ])('is answered at %s no sooner where there is nobody', async (path, status) => {
    const visitor = await shop.visitor();
    const { email } = shop.person();
    expect(await took(() => visitor.post(path, status, { email }))).toBeGreaterThan(145);
  });

  it('is answered no sooner where a new login e-mail is somebody else’s', async () => {
    const [ada, john] = [await shop.loggedIn(), await shop.loggedIn()];
    const body = { email: ada.email, password: ada.password, newEmail: john.email };
    expect(await took(() => ada.post('/me/accounts/internal/email/change', 204, body))).toBeGreaterThan(145);
  });
});
