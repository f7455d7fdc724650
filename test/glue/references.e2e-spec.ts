import { Glue } from '../support/glue.js';
import { rows } from '../support/rows.js';
import { Shop } from '../support/shop.js';

describe('the reference of a customer', () => {
  let shop: Shop;
  let glue: Glue;
  beforeEach(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterEach(() => shop.close());

  it('is numbered for each tenant, in both APIs together', async () => {
    const references = async () =>
      rows<{ tenant: string; reference: string }>(shop, 'select tenant, reference from customers order by created_at');
    await glue.signUp();
    await shop.signUp();
    await (await shop.serviceClient()).post('/customers', 201, { contactEmail: shop.person().email });
    await glue.signUp({}, { store: 'AT' });
    await shop.addTenant('other');
    await (await shop.visitor('other')).post('/signup', 201, { ...shop.person() });
    expect((await references()).map(({ tenant, reference }) => `${tenant} ${reference}`)).toEqual([
      ...['shop DE--1', 'shop DE--2', 'shop DE--3', 'shop AT--4', 'other OTHER--1'],
    ]);
    const signUps = [...Array.from({ length: 6 }, () => [() => glue.signUp(), () => shop.signUp()])].flat();
    await Promise.all(signUps.map((signUp) => signUp()));
    const all = (await references()).map(({ tenant, reference }) => `${tenant} ${reference}`);
    expect(new Set(all).size).toBe(17);
  });

  it('is unique', async () => {
    const [ada, bob] = [await glue.signUp(), await glue.signUp()];
    const take = rows(shop, 'update customers set reference = $1 where reference = $2', [ada.reference, bob.reference]);
    await expect(take).rejects.toThrow('customers_reference');
  });
});
