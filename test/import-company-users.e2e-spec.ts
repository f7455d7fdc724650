import { assignCustomer, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type ApiClient, type Body, Shop } from './support/shop.js';

/** The hash of `12345`. */
const passwordHash = '$2y$05$WzpdnDbmoSNfhD5nhIV9V.oiqxHskpM/EEmS0D8b1AbPgOuFrt/bK';

const importScopes = 'customer.import_manage';
const assignScopes = `${importScopes} customermanagement.contactassignment_manage`;

interface Result {
  id?: string;
  code: number;
  message?: string;
}

describe('the import of company users', () => {
  let shop: Shop;
  let service: ApiClient;
  let company: string;
  let unit: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE', 'FR'] });
    service = await shop.serviceClient();
    company = await newCompany(shop);
    unit = await newCompany(shop, { name: 'ABC Berlin', type: 'SUBSIDIARY', parentId: company });
  });
  afterAll(() => shop.close());

  const newItem = (companyUsers: unknown, more: Body = {}): Body => ({
    ...more,
    account: { email: shop.person().email, passwordHash },
    companyUsers,
  });
  const importItems = async (items: unknown[], caller = service): Promise<Result[]> =>
    caller.post<Result[]>('/customers/import', 207, items);
  const usersOf = async (id = ''): Promise<Body[]> =>
    rows(
      shop,
      `select legal_entity_id, company_group, active, is_default from contact_assignments
        where tenant = 'shop' and customer_id = $1 order by legal_entity_id = $2 desc`,
      [id, company],
    );

  it('assigns the customers to companies and units, with roles and flags', async () => {
    const [ada, bob, cid] = await importItems([
      newItem([{ legalEntity: company }, { legalEntity: unit, group: 'Admin', isActive: false, isDefault: true }]),
      newItem([]),
      newItem(null),
    ]);
    expect([ada?.code, bob?.code, cid?.code]).toEqual([201, 201, 201]);
    expect(await usersOf(ada?.id)).toEqual([
      { legal_entity_id: company, company_group: 'Requester', active: true, is_default: false },
      { legal_entity_id: unit, company_group: 'Admin', active: false, is_default: true },
    ]);
    expect(await usersOf(bob?.id)).toEqual([]);
  });

  it.each([
    ['the id of no legal entity', [{ legalEntity: 'unknown' }], 'companyUsers.0.legalEntity must be the id of a legal'],
    ['no id', [{}], 'companyUsers.0.legalEntity is required'],
    ['an unknown role', [{ legalEntity: 'x', group: 'Owner' }], 'companyUsers.0.group must be one of'],
    ['a text as a flag', [{ legalEntity: 'x', isActive: 'yes' }], 'companyUsers.0.isActive must be'],
    ['no list', 'none', 'companyUsers must be a list of at most 20 objects'],
    ['too many', Array.from({ length: 21 }, () => ({ legalEntity: 'x' })), 'companyUsers must be a list of at most 20'],
    [
      'the same twice',
      [{ legalEntity: 'x' }, { legalEntity: 'x' }],
      'companyUsers must contain each legalEntity only once',
    ],
    [
      'two defaults',
      ['x', 'y'].map((legalEntity) => ({ legalEntity, isDefault: true })),
      'companyUsers must contain at most one item with isDefault',
    ],
  ])('rejects an item with %s, and stores the others', async (_title, companyUsers, message) => {
    const [rejected, stored] = await importItems([newItem(companyUsers), newItem([{ legalEntity: unit }])]);
    expect(rejected).toMatchObject({ code: 400 });
    expect(JSON.stringify(rejected)).toContain(message);
    expect(stored).toMatchObject({ code: 201 });
  });

  it('requires a scope for assignments, and the right to appoint administrators', async () => {
    const codesWith = async (scope: string, item: Body): Promise<number[]> =>
      (await importItems([item], await shop.serviceClient(scope))).map(({ code }) => code);
    const buyer = () => newItem([{ legalEntity: unit, group: 'Buyer' }]);
    const admin = () => newItem([{ legalEntity: unit, group: 'Admin' }]);
    expect(await codesWith(importScopes, newItem([]))).toEqual([201]);
    expect(await codesWith(importScopes, buyer())).toEqual([403]);
    expect(await codesWith(assignScopes, buyer())).toEqual([201]);
    expect(await codesWith(assignScopes, admin())).toEqual([403]);
    expect(await codesWith(`${assignScopes} customer.customer_manage`, admin())).toEqual([201]);
  });

  it('stores nothing of an item whose customer exists', async () => {
    const ada = await shop.signUp();
    await assignCustomer(shop, ada, company);
    const item = { account: { email: ada.email, passwordHash }, companyUsers: [{ legalEntity: unit }] };
    expect(await importItems([item])).toMatchObject([{ code: 409 }]);
    expect(await usersOf(ada.id)).toHaveLength(1);
  });
});
