import { Shop } from './support/shop.js';

describe('a forgotten password', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('is set anew with a mailed token that works once, and ends all sessions', async () => {
    const ada = await shop.loggedIn();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    await ada.get('/me', 401);
    await visitor.post('/login', 400, { email: ada.email, password: ada.password });
    await visitor.post('/login', 200, { email: ada.email, password: 'new secret words' });
    await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
  });
});
