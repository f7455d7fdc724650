import {
  addCompanyUser,
  type Company,
  newCompanyUser,
  newCompanyWithUnits,
  newUnit,
  setColumns,
} from '../support/company-users.js';
import {
  broken,
  type CollectionDocument,
  errorResponse,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidAttributes,
  invalidToken,
  missingToken,
  type ResourceDocument,
  tokenResponse,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { Shop } from '../support/shop.js';
import { decodeToken } from '../support/tokens.js';

const TYPE = 'company-user-access-tokens';
const failed = errorResponse('003', 'Failed to authenticate user.');

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

describe('a company user', () => {
  let shop: Shop;
  let glue: Glue;
  let company: Company;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
    company = await newCompanyWithUnits(shop);
  });
  afterAll(() => shop.close());

  const claimOf = (token: string): unknown =>
    (JSON.parse(String(decodeToken(token).claims.sub)) as Record<string, unknown>).id_company_user;
  const scopesOf = (token: string): unknown => decodeToken(token).claims.scopes;
  const logIn = async ({ email: username, password }: GlueCustomer) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
  const select = async (client: GlueClient, idCompanyUser: unknown) =>
    client.send('POST', `/${TYPE}`, { attributes: { idCompanyUser } });
  const tokensOf = (body: unknown): Tokens => (body as ResourceDocument).data.attributes as unknown as Tokens;
  /** The ids of the business units that a client acts for. */
  const ownUnits = async (token: string): Promise<string[]> =>
    (await new GlueClient(shop, token).get<CollectionDocument>('/company-business-units/mine')).data.map(
      ({ id }) => id,
    );
  /** A customer with a company user in each unit. */
  const customerOfBothUnits = async () => {
    const ada = await glue.customer();
    const berlin = await addCompanyUser(shop, ada, company.berlin, 'Admin');
    const paris = await addCompanyUser(shop, ada, company.paris);
    return { ada: await glue.logIn(ada), berlin, paris };
  };

  describe('at login', () => {
    const expectSelected = async (customer: GlueCustomer, idCompanyUser: string | null) => {
      const response = await logIn(customer);
      expect(response).toEqual(tokenResponse('access-tokens', { idCompanyUser }));
      const { accessToken } = tokensOf(response.body);
      expect(claimOf(accessToken)).toBe(idCompanyUser);
      expect(scopesOf(accessToken)).toEqual([idCompanyUser ? 'company_user' : 'customer']);
    };

    it('is none for a customer without companies', async () => {
      await expectSelected(await glue.customer(), null);
    });

    it('is the only one', async () => {
      const ada = await newCompanyUser(glue, company.berlin);
      await expectSelected(ada, ada.uuid);
    });

    it('is none of several without a default', async () => {
      const { ada } = await customerOfBothUnits();
      await expectSelected(ada, null);
    });

    it('is the default one of several', async () => {
      const { ada, paris } = await customerOfBothUnits();
      await setColumns(shop, 'contact_assignments', paris, { is_default: true });
      await expectSelected(ada, paris);
    });

    it('is the only active one', async () => {
      const { ada, berlin, paris } = await customerOfBothUnits();
      await setColumns(shop, 'contact_assignments', berlin, { active: false, is_default: true });
      await expectSelected(ada, paris);
    });

    it('is not one of an inactive company', async () => {
      const other = await newCompanyWithUnits(shop);
      const ada = await newCompanyUser(glue, other.berlin);
      await setColumns(shop, 'legal_entities', other.uuid, { active: false });
      await expectSelected(ada, null);
    });

    it('is also selected with POST /token', async () => {
      const ada = await newCompanyUser(glue, company.berlin);
      const { body } = await shop.send<{ access_token: string }>('POST', '/token', {
        body: new URLSearchParams({ grant_type: 'password', username: ada.email, password: ada.password }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(claimOf(body.access_token)).toBe(ada.uuid);
    });

    it('is not in the tokens of the Emporix API', async () => {
      const { email, password } = await newCompanyUser(glue, company.berlin);
      const { access_token } = await (
        await shop.visitor()
      ).post<{ access_token: string }>('/login', 200, { email, password });
      const { claims } = decodeToken(access_token);
      expect(claims).toMatchObject({ legal_entity_id: company.berlin.id });
      expect(claims.sub).toMatch(/^\d+$/);
      expect(claims).not.toHaveProperty('scopes');
    });
  });

  describe('is selected with POST /company-user-access-tokens', () => {
    it('in new tokens, while the old ones keep theirs', async () => {
      const { ada, berlin, paris } = await customerOfBothUnits();
      const first = await select(ada, berlin);
      expect(first).toEqual(tokenResponse(TYPE));
      expect(claimOf(tokensOf(first.body).accessToken)).toBe(berlin);
      const second = await select(new GlueClient(shop, tokensOf(first.body).accessToken), paris.toUpperCase());
      expect(second).toEqual(tokenResponse(TYPE));
      expect(claimOf(tokensOf(second.body).accessToken)).toBe(paris);
      expect(await ownUnits(tokensOf(first.body).accessToken)).toEqual([company.berlin.uuid]);
      expect(await ownUnits(tokensOf(second.body).accessToken)).toEqual([company.paris.uuid]);
      expect((await ada.send('GET', '/company-business-units/mine')).status).toBe(403);
    });

    it('and stays selected in refreshed tokens', async () => {
      const { ada, paris } = await customerOfBothUnits();
      const { refreshToken } = tokensOf((await select(ada, paris)).body);
      const { data } = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      const { accessToken } = data.attributes as unknown as Tokens;
      expect(claimOf(accessToken)).toBe(paris);
      expect(await ownUnits(accessToken)).toEqual([company.paris.uuid]);
    });

    it('in tokens of the Glue API, also with a token of the Emporix API', async () => {
      const { email, password, uuid } = await newCompanyUser(glue, company.berlin);
      const visitor = await shop.visitor();
      const { access_token } = await visitor.post<{ access_token: string }>('/login', 200, { email, password });
      const { accessToken, refreshToken } = tokensOf((await select(new GlueClient(shop, access_token), uuid)).body);
      expect(claimOf(accessToken)).toBe(uuid);
      expect(scopesOf(accessToken)).toEqual(['company_user']);
      const { data } = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      expect(claimOf(String(data.attributes.accessToken))).toBe(uuid);
    });

    it('in a session that expires with that of the login', async () => {
      const ada = await newCompanyUser(glue, company.berlin);
      const expiryOf = (token: string): Promise<unknown> =>
        rows(shop, 'select expires_at::text from sessions where id = $1', [decodeToken(token).claims.sid]);
      shop.advanceClock(3600);
      const { accessToken } = tokensOf((await select(ada, ada.uuid)).body);
      expect(await expiryOf(accessToken)).toEqual(await expiryOf(ada.login.accessToken));
    });

    it('until the company user becomes inactive', async () => {
      const { ada, paris } = await customerOfBothUnits();
      const { accessToken, refreshToken } = tokensOf((await select(ada, paris)).body);
      await setColumns(shop, 'contact_assignments', paris, { active: false });
      expect((await new GlueClient(shop, accessToken).send('GET', '/companies/mine')).status).toBe(403);
      const { data } = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      expect(claimOf(String(data.attributes.accessToken))).toBeNull();
    });

    it('in a session that ends with all others of the customer', async () => {
      const { ada, paris } = await customerOfBothUnits();
      const { accessToken } = tokensOf((await select(ada, paris)).body);
      await new GlueClient(shop, accessToken).delete('/refresh-tokens/mine');
      expect(await ada.send('GET', '/companies/mine')).toEqual(invalidToken);
    });

    it('only if it is active, and its company is active and approved', async () => {
      const other = await newCompanyWithUnits(shop);
      const ada = await newCompanyUser(glue, other.berlin);
      const set = (values: Record<string, unknown>) => setColumns(shop, 'legal_entities', other.uuid, values);
      for (const values of [{ active: false }, { status: 'pending' }, { status: 'denied' }]) {
        await set({ active: true, status: 'approved', ...values });
        expect(await select(ada, ada.uuid)).toEqual(failed);
      }
      await set({ active: true, status: 'approved' });
      await setColumns(shop, 'contact_assignments', ada.uuid, { active: false });
      expect(await select(ada, ada.uuid)).toEqual(failed);
      await setColumns(shop, 'contact_assignments', ada.uuid, { active: true });
      expect(await select(ada, ada.uuid)).toEqual(tokenResponse(TYPE));
    });

    it('only by its own customer', async () => {
      const [ada, bob] = [await newCompanyUser(glue, company.berlin), await newCompanyUser(glue, company.berlin)];
      expect(await select(bob, ada.uuid)).toEqual(failed);
      expect(await select(bob, '3c1f4b56-7f0e-4d27-9a3e-0f6a1b2c3d4e')).toEqual(failed);
    });

    it('of a legal entity that is not part of a company', async () => {
      const single = await newUnit(shop, { name: 'Single', type: 'SUBSIDIARY' });
      const ada = await newCompanyUser(glue, single);
      expect(await select(ada, ada.uuid)).toEqual(tokenResponse(TYPE));
      expect((await ada.get<CollectionDocument>('/companies/mine')).data.map(({ id }) => id)).toEqual([single.uuid]);
    });

    it('only with a UUID', async () => {
      const ada = await glue.customer();
      const send = (attributes: Record<string, unknown>) => ada.send('POST', `/${TYPE}`, { attributes });
      expect(await send({})).toEqual(invalidAttributes({ idCompanyUser: broken.missing }));
      for (const blank of ['', null]) {
        expect(await send({ idCompanyUser: blank })).toEqual(invalidAttributes({ idCompanyUser: broken.blank }));
      }
      for (const value of ['DE--21', 21, ['a'], 'a\0']) {
        expect((await send({ idCompanyUser: value })).status).toBe(422);
      }
      expect(await send({ idCompanyUser: 'DE--21' })).toEqual(invalidAttributes({ idCompanyUser: broken.noUuid }));
    });

    it('only with a customer token', async () => {
      const idCompanyUser = '3c1f4b56-7f0e-4d27-9a3e-0f6a1b2c3d4e';
      expect(await select(glue.unauthenticated, idCompanyUser)).toEqual(missingToken);
      expect(await select(new GlueClient(shop, 'no token'), idCompanyUser)).toEqual(invalidToken);
      const { path, body } = { path: `/${TYPE}`, body: { data: { type: 'access-tokens', attributes: {} } } };
      expect((await glue.unauthenticated.send('POST', path, { body })).status).toBe(400);
    });

    it('not by an agent who acts for the customer', async () => {
      const ada = await newCompanyUser(glue, company.berlin);
      const { data } = await (
        await glue.agent()
      ).post('/agent-customer-impersonation-access-tokens', 201, {
        customerReference: ada.reference,
      });
      expect(await select(new GlueClient(shop, String(data.attributes.accessToken)), ada.uuid)).toEqual(missingToken);
    });
  });
});
