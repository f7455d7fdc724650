import { Glue, GlueClient, errorWithoutCode, glueResponse, missingToken } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('customer access', () => {
  let shop: Shop | undefined;
  afterEach(() => shop?.close());

  const links = { self: 'http://foyer.test/customer-access' };
  const expected = (resourceTypes: string[]) =>
    glueResponse(200, { data: [{ type: 'customer-access', id: null, attributes: { resourceTypes }, links }], links });

  it('lists the resource types that the tenant restricts to customers who have logged in', async () => {
    shop = await Shop.open({ customerAccess: ['wishlists', 'product-prices'] });
    const { unauthenticated } = new Glue(shop);
    expect(await unauthenticated.send('GET', '/customer-access')).toEqual(expected(['wishlists', 'product-prices']));
  });

  it('is empty without a tenant setting', async () => {
    shop = await Shop.open();
    expect(await new Glue(shop).unauthenticated.send('GET', '/customer-access')).toEqual(expected([]));
  });

  it('to a restricted resource that is not served requires a token', async () => {
    shop = await Shop.open({ activation: 'none', customerAccess: ['wishlists', 'wishlist-items'] });
    const glue = new Glue(shop);
    const [ada, notFound] = [await glue.customer(), errorWithoutCode(404, 'Not Found')];
    for (const path of ['/wishlists', '/wishlists?include=items', '/wishlists/1', '/carts/1/wishlist-items']) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(await glue.unauthenticated.send(method, path)).toEqual(missingToken);
        expect(await ada.send(method, path)).toEqual(notFound);
        expect(await new GlueClient(shop, 'bad').send(method, path)).toEqual(notFound);
      }
    }
    for (const path of ['/carts', '/carts/wishlists']) {
      expect(await glue.unauthenticated.send('GET', path)).toEqual(notFound);
    }
    expect(await glue.unauthenticated.send('GET', '/wishlists', { headers: { store: 'XX' } })).toEqual(notFound);
  });

  it('to a restricted public resource requires a token in Authorization, after the form of the body', async () => {
    shop = await Shop.open({ activation: 'none', customerAccess: ['customer-confirmation', 'wishlists'] });
    const glue = new Glue(shop);
    const { unauthenticated } = glue;
    const path = '/customer-confirmation';
    expect(await unauthenticated.send('POST', path, { body: {} })).toEqual(
      errorWithoutCode(400, 'Post data is invalid.'),
    );
    const { token = '' } = await glue.agent();
    for (const agent of [undefined, 'Bearer bad', `Bearer ${token}`]) {
      const headers: Record<string, string> = agent === undefined ? {} : { 'x-agent-authorization': agent };
      expect(await unauthenticated.send('POST', path, { attributes: {}, headers })).toEqual(missingToken);
      expect(await unauthenticated.send('GET', '/wishlists', { headers })).toEqual(missingToken);
    }
  });
});
