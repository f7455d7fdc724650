import { EntityManager } from '@mikro-orm/postgresql';
import { CapitalCodes } from '../src/migrations/20261129T1800_capital_codes.js';
import { rows } from './support/rows.js';
import { Shop } from './support/shop.js';

describe('codes that an earlier version stored in lower case', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('are in upper case after the migration; texts that are not codes are unchanged', async () => {
    const ada = await shop.customer();
    for (const city of ['de', 'Germany', 'main', '']) await ada.post('/me/addresses', 201, { city });
    await rows(shop, 'update addresses set country = city');
    await rows(shop, `update customers set preferred_currency = 'eur'`);
    const em = shop.app.get(EntityManager);
    const migration = new CapitalCodes(em.getDriver(), em.config);
    migration.up();
    for (const statement of migration.getQueries()) await rows(shop, statement as string);
    const addresses = await ada.get<{ city: string; country: string }[]>('/me/addresses');
    expect(addresses.map(({ country }) => country)).toEqual(['DE', 'Germany', 'main', '']);
    expect(await ada.get('/me')).toMatchObject({ preferredCurrency: 'EUR' });
  });
});
