import { Shop } from './support/shop.js';

/* These tests measure a minimum duration: without an account, a response must not be faster. */

describe('a request that may send a mail', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  const duration = async (call: () => Promise<unknown>): Promise<number> => {
    const before = performance.now();
    await call();
    return performance.now() - before;
  };

  it.each([
    ['/password/reset', 204],
    ['/signup/optin/refresh_token', 202],
  ])('to %s takes no less time for an unknown address', async (path, status) => {
    const visitor = await shop.visitor();
    const { email } = shop.person();
    expect(await duration(() => visitor.post(path, status, { email }))).toBeGreaterThan(145);
  });

  it('takes no less time if the new login e-mail belongs to another customer', async () => {
    const [ada, john] = [await shop.customer(), await shop.customer()];
    const body = { email: ada.email, password: ada.password, newEmail: john.email };
    expect(await duration(() => ada.post('/me/accounts/internal/email/change', 204, body))).toBeGreaterThan(145);
  });
});
