import { glueResponse, Glue } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('customer access', () => {
  let shop: Shop | undefined;
  afterEach(() => shop?.close());

  const expected = (resourceTypes: string[]) =>
    glueResponse(200, {
      data: {
        type: 'customer-access',
        id: null,
        attributes: { resourceTypes },
        links: { self: 'http://foyer.test/customer-access' },
      },
    });

  it('lists the resource types that the tenant restricts to customers who have logged in', async () => {
    shop = await Shop.open({ customerAccess: ['wishlists', 'product-prices'] });
    const { unauthenticated } = new Glue(shop);
    expect(await unauthenticated.send('GET', '/customer-access')).toEqual(expected(['wishlists', 'product-prices']));
  });

  it('is empty without a tenant setting', async () => {
    shop = await Shop.open();
    expect(await new Glue(shop).unauthenticated.send('GET', '/customer-access')).toEqual(expected([]));
  });
});
