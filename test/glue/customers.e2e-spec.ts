import {
  glueResponse,
  Glue,
  GlueClient,
  invalidToken,
  type CollectionDocument,
  missingToken,
  errorResponse,
  unauthorized,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A customer as the responses represent it. */
const customerResource = (reference: string, email: string, changes: Body = {}) => ({
  type: 'customers',
  id: reference,
  attributes: {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email,
    gender: 'Female',
    dateOfBirth: null,
    salutation: 'Ms',
    createdAt: time,
    updatedAt: time,
    ...changes,
  },
  links: { self: `http://foyer.test/customers/${reference}` },
});

describe('Glue customers', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const signUp = (attributes: Body) => glue.unauthenticated.send('POST', '/customers', { attributes });

  describe('are created', () => {
    it('with a reference of the store as their id', async () => {
      const person = glue.person();
      const response = await signUp(person);
      const { id } = (response.body as { data: { id: string } }).data;
      expect(id).toMatch(/^DE--\d+$/);
      expect(response).toEqual(glueResponse(201, { data: customerResource(id, person.email) }));
    });

    it('with an optional date of birth', async () => {
      const person = glue.person({ dateOfBirth: '1815-12-10', gender: 'Other', salutation: 'Dr' });
      const { body } = await signUp(person);
      const { id } = (body as { data: { id: string } }).data;
      const changes = { dateOfBirth: '1815-12-10', gender: 'Other', salutation: 'Dr' };
      expect(body).toEqual({ data: customerResource(id, person.email, changes) });
    });

    it('and receive a mail with the registration key', async () => {
      const { email } = await glue.signUp();
      const mails = await shop.mailsTo(email);
      expect(mails.map(({ kind }) => kind)).toEqual(['opt-in']);
      expect(mails[0]?.token).toMatch(/^[\w-]{20,}$/);
    });

    it('only with all attributes except the date of birth; the response names all missing ones', async () => {
      const missing = [
        ...['firstName', 'lastName', 'email', 'gender', 'salutation', 'password', 'confirmPassword', 'acceptedTerms'],
      ];
      expect(await signUp({})).toEqual(
        errorResponse('901', ...missing.map((name) => `${name} => This field is missing.`)),
      );
    });

    it.each(['', null])('not with %p as the value of required attributes', async (blank) => {
      const names = ['firstName', 'lastName', 'email', 'gender', 'salutation', 'password', 'confirmPassword'];
      const attributes = Object.fromEntries([...names, 'acceptedTerms'].map((name) => [name, blank]));
      const details = [...names, 'acceptedTerms'].map((name) => `${name} => This value should not be blank.`);
      expect(await signUp(attributes)).toEqual(errorResponse('901', ...details));
    });

    it.each([
      ['email', 'ada', 'This value is not a valid email address.'],
      ['gender', 'female', 'The value you selected is not a valid choice.'],
      ['salutation', 'MS', 'The value you selected is not a valid choice.'],
      ['acceptedTerms', false, 'This value should be true.'],
      ['acceptedTerms', 'true', 'This value should be true.'],
      ['firstName', 5, 'This value should be of type string.'],
      ['lastName', 'x'.repeat(256), 'This value is too long. It should have 255 characters or less.'],
      ['firstName', 'A\0', 'This value holds a character that is not allowed.'],
      ['dateOfBirth', '10.12.1815', 'This value is not a valid date.'],
      ['dateOfBirth', '2023-02-31', 'This value is not a valid date.'],
      ['dateOfBirth', '', 'This value is not a valid date.'],
    ])('not with %s %p', async (name, value, text) => {
      const person = glue.person({ [name]: value });
      expect(await signUp(person)).toEqual(errorResponse('901', `${name} => ${text}`));
    });

    it.each(['Male', 'Female', 'Other'])('with the gender %s', async (gender) => {
      expect((await signUp(glue.person({ gender }))).status).toBe(201);
    });

    it.each(['Mr', 'Ms', 'Mrs', 'Dr'])('with the salutation %s', async (salutation) => {
      expect((await signUp(glue.person({ salutation }))).status).toBe(201);
    });

    it.each([
      ['too short', 'x'.repeat(11), 'This value is too short. It should have 12 characters or more.'],
      ['too long', 'x'.repeat(129), 'This value is too long. It should have 128 characters or less.'],
    ])('not with a password that is %s', async (_name, password, text) => {
      expect(await signUp(glue.person({ password, confirmPassword: password }))).toEqual(
        errorResponse('901', `password => ${text}`),
      );
    });

    it.each([12, 128])('with a password of %i characters', async (length) => {
      const password = 'ä'.repeat(length);
      expect((await signUp(glue.person({ password, confirmPassword: password }))).status).toBe(201);
    });

    it('not if password and confirmPassword differ', async () => {
      expect(await signUp(glue.person({ confirmPassword: 'another long password' }))).toEqual(
        errorResponse('406', 'Value in field password should be identical to value in the confirmPassword field.'),
      );
    });

    it('not with an e-mail that is in use, ignoring letter case', async () => {
      const { email } = await glue.signUp();
      expect(await signUp(glue.person({ email: email.toUpperCase() }))).toEqual(
        errorResponse(
          '400',
          'If this email address is already in use, you will receive a password reset link. Otherwise you must first ' +
            'validate your e-mail address to finish registration. Please check your e-mail.',
        ),
      );
    });

    it('with the e-mail of a rejected attempt, which stored nothing', async () => {
      const person = glue.person();
      await signUp({ ...person, confirmPassword: 'another long password' });
      expect((await signUp(person)).status).toBe(201);
    });
  });

  it('see only themselves in the list', async () => {
    await glue.customer();
    const ada = await glue.customer();
    expect(await ada.send('GET', '/customers')).toEqual(
      glueResponse(200, {
        data: [customerResource(ada.reference, ada.email)],
        links: { self: 'http://foyer.test/customers' },
      }),
    );
  });

  it('can get themselves by reference', async () => {
    const ada = await glue.customer();
    expect(await ada.send('GET', ada.path)).toEqual(
      glueResponse(200, { data: customerResource(ada.reference, ada.email) }),
    );
  });

  it('get the same error for another customer and for an unknown one', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    for (const path of [ada.path, '/customers/DE--999999']) {
      expect(await eve.send('GET', path)).toEqual(errorResponse('402', 'Customer not found.'));
    }
  });

  it('require a valid access token', async () => {
    const ada = await glue.customer();
    for (const path of ['/customers', ada.path]) {
      expect(await glue.unauthenticated.send('GET', path)).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send('GET', path)).toEqual(invalidToken);
    }
    for (const method of ['PATCH', 'DELETE']) {
      const attributes = method === 'PATCH' ? { firstName: 'Eve' } : undefined;
      expect(await glue.unauthenticated.send(method, ada.path, { attributes })).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, ada.path, { attributes })).toEqual(invalidToken);
    }
  });

  describe('are updated', () => {
    it('only in the attributes that are sent', async () => {
      const ada = await glue.customer();
      const changes = { firstName: 'Augusta', dateOfBirth: '1815-12-10' };
      expect(await ada.send('PATCH', ada.path, { attributes: changes })).toEqual(
        glueResponse(200, { data: customerResource(ada.reference, ada.email, changes) }),
      );
      expect((await ada.get(ada.path)).data).toEqual(customerResource(ada.reference, ada.email, changes));
    });

    it('with a new updatedAt', async () => {
      const ada = await glue.customer();
      const { createdAt } = (await ada.get(ada.path)).data.attributes;
      shop.advanceClock(60);
      const { attributes } = (await ada.patch(ada.path, 200, { firstName: 'Augusta' })).data;
      expect(attributes.createdAt).toBe(createdAt);
      expect(Date.parse(String(attributes.updatedAt)) - Date.parse(String(createdAt))).toBeGreaterThanOrEqual(60_000);
    });

    it('without effect if no attributes are sent', async () => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: {} })).toEqual(
        glueResponse(200, { data: customerResource(ada.reference, ada.email) }),
      );
    });

    it('but not in their password or e-mail', async () => {
      const ada = await glue.customer();
      const [password, email] = ['another long password', shop.person().email];
      const attributes = { email, password, confirmPassword: password, newPassword: password };
      expect(await ada.send('PATCH', ada.path, { attributes })).toEqual(
        glueResponse(200, { data: customerResource(ada.reference, ada.email) }),
      );
      await glue.logIn(ada);
    });

    it.each([
      ['firstName', '', 'This value should not be blank.'],
      ['lastName', null, 'This value should not be blank.'],
      ['gender', null, 'This value should not be blank.'],
      ['salutation', 'Sir', 'The value you selected is not a valid choice.'],
      ['dateOfBirth', 'tomorrow', 'This value is not a valid date.'],
    ])('not with %s %p', async (name, value, text) => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: { [name]: value } })).toEqual(
        errorResponse('901', `${name} => ${text}`),
      );
      expect((await ada.get(ada.path)).data).toEqual(customerResource(ada.reference, ada.email));
    });

    it('not by other customers', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      for (const path of [ada.path, '/customers/DE--999999']) {
        expect(await eve.send('PATCH', path, { attributes: { firstName: 'Eve' } })).toEqual(unauthorized);
      }
      expect((await ada.get(ada.path)).data).toEqual(customerResource(ada.reference, ada.email));
    });
  });

  describe('are deleted', () => {
    it('with their tokens and all their data', async () => {
      const ada = await glue.customer();
      expect(await ada.send('DELETE', ada.path)).toEqual(glueResponse(204));
      expect(await ada.send('GET', ada.path)).toEqual(invalidToken);
      const { refreshToken } = ada.login;
      expect(
        (await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } })).status,
      ).toBe(401);
      const left = await rows(shop, 'select 1 from customers where contact_email = $1 or reference = $2', [
        ada.email,
        ada.reference,
      ]);
      expect(left).toEqual([]);
    });

    it('and their e-mail can be registered again under another reference', async () => {
      const ada = await glue.customer();
      await ada.delete(ada.path);
      const again = await glue.customer({ email: ada.email });
      expect(again.reference).not.toBe(ada.reference);
    });

    it('not by other customers', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      expect(await eve.send('DELETE', ada.path)).toEqual(unauthorized);
      expect((await ada.get<CollectionDocument>('/customers')).data).toHaveLength(1);
    });
  });
});
