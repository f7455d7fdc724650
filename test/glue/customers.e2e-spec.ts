import { randomUUID } from 'node:crypto';
import {
  glueResponse,
  Glue,
  GlueClient,
  invalidToken,
  type CollectionDocument,
  missingToken,
  broken,
  errorResponse,
  invalidAttributes,
  unauthorized,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);

const emailTooLong = errorResponse('417', 'Email is too long. It should have 100 characters or less.');

/** A new e-mail address of this length in characters. */
const emailOf = (length: number): string => {
  const start = `${randomUUID()}@${'x'.repeat(40)}.`;
  return `${start}${'y'.repeat(length - start.length - '.example'.length)}.example`;
};

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
      const person = glue.person({ dateOfBirth: '1815-12-10', gender: 'Male', salutation: 'Dr' });
      const { body } = await signUp(person);
      const { id } = (body as { data: { id: string } }).data;
      const changes = { dateOfBirth: '1815-12-10', gender: 'Male', salutation: 'Dr' };
      expect(body).toEqual({ data: customerResource(id, person.email, changes) });
    });

    it('and receive a mail with the registration key', async () => {
      const { email } = await glue.signUp();
      const mails = await shop.mailsTo(email);
      expect(mails.map(({ kind }) => kind)).toEqual(['opt-in']);
      expect(mails[0]?.token).toMatch(/^[\w-]{20,}$/);
    });

    /** In the order in which the response reports them. */
    const required = [
      ...['email', 'gender', 'salutation', 'firstName', 'lastName', 'password', 'confirmPassword', 'acceptedTerms'],
    ];
    const all = (names: string[], text: string) => Object.fromEntries(names.map((name) => [name, text]));

    it('only with all attributes except the date of birth; the response names all missing ones', async () => {
      expect(await signUp({})).toEqual(invalidAttributes(all(required, broken.missing)));
    });

    it('not with empty texts as the values of required attributes', async () => {
      const twice = (text: string) => [broken.blank, text];
      expect(await signUp(all(required, ''))).toEqual(
        invalidAttributes({
          email: broken.blank,
          ...{ gender: twice(broken.noChoice), salutation: twice(broken.noChoice) },
          ...{ firstName: broken.blank, lastName: broken.blank },
          ...{ password: twice(broken.tooShort(12)), confirmPassword: twice(broken.tooShort(12)) },
          acceptedTerms: broken.notAccepted,
        }),
      );
    });

    it('not with null as the values of required attributes', async () => {
      const attributes = Object.fromEntries(required.map((name) => [name, null]));
      expect(await signUp(attributes)).toEqual(invalidAttributes(all(required.slice(0, -1), broken.blank)));
    });

    it.each([
      ['email', 'ada', broken.noEmail],
      ['gender', 'female', broken.noChoice],
      ['gender', 'Other', broken.noChoice],
      ['salutation', 'MS', broken.noChoice],
      ['salutation', 'n/a', broken.noChoice],
      ['acceptedTerms', false, broken.notAccepted],
      ['acceptedTerms', 'true', broken.notAccepted],
      ['firstName', true, broken.noText],
      ['firstName', 'x'.repeat(101), broken.tooLong(100)],
      ['lastName', 'x'.repeat(101), broken.tooLong(100)],
      ['firstName', 'A\0', 'This value contains a character that is not allowed.'],
      ['dateOfBirth', '10.12.1815', broken.noDate],
      ['dateOfBirth', '2023-02-31', broken.noDate],
      ['dateOfBirth', '2999-01-01', broken.noDate],
      ['dateOfBirth', new Date().toISOString().slice(0, 10), broken.noDate],
    ])('not with %s %p', async (name, value, text) => {
      expect(await signUp(glue.person({ [name]: value }))).toEqual(invalidAttributes({ [name]: text }));
    });

    it.each<[Body, Body]>([
      [
        { firstName: 'x'.repeat(100), lastName: '  ' },
        { firstName: 'x'.repeat(100), lastName: '  ' },
      ],
      [{ firstName: 5 }, { firstName: '5' }],
      [{ dateOfBirth: '' }, { dateOfBirth: null }],
      [{ acceptedTerms: 1 }, {}],
      [{ acceptedTerms: '1' }, {}],
    ])('with %p', async (sent, stored) => {
      const person = glue.person(sent);
      const response = await signUp(person);
      const { id } = (response.body as { data: { id: string } }).data;
      expect(response).toEqual(glueResponse(201, { data: customerResource(id, person.email, stored) }));
    });

    it('not if the accepted terms are null', async () => {
      expect(await signUp(glue.person({ acceptedTerms: null, confirmPassword: 'another long password' }))).toEqual(
        errorResponse('413', 'Terms and Conditions was not accepted.'),
      );
    });

    it('with an e-mail of at most 100 characters', async () => {
      for (const email of [emailOf(101), `${'x'.repeat(89)}@example.com`, `${'x'.repeat(5000)}@example.com`]) {
        expect(await signUp(glue.person({ email }))).toEqual(emailTooLong);
      }
      expect(await signUp(glue.person({ email: `${'x'.repeat(88)}@example.com` }))).toEqual(
        invalidAttributes({ email: broken.noEmail }),
      );
      expect((await signUp(glue.person({ email: emailOf(100) }))).status).toBe(201);
    });

    it.each(['Male', 'Female'])('with the gender %s', async (gender) => {
      expect((await signUp(glue.person({ gender }))).status).toBe(201);
    });

    it.each(['Mr', 'Ms', 'Mrs', 'Dr'])('with the salutation %s', async (salutation) => {
      expect((await signUp(glue.person({ salutation }))).status).toBe(201);
    });

    it.each([
      ['too short', 'x'.repeat(11), broken.tooShort(12)],
      ['too long', 'x'.repeat(129), broken.tooLong(128)],
    ])('not with a password that is %s', async (_name, password, text) => {
      expect(await signUp(glue.person({ password, confirmPassword: password }))).toEqual(
        invalidAttributes({ password: text, confirmPassword: text }),
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

  it('return the stored salutation n/a', async () => {
    const ada = await glue.customer();
    await rows(shop, `update customers set title = 'N/A' where reference = $1`, [ada.reference]);
    expect((await ada.get(ada.path)).data).toEqual(customerResource(ada.reference, ada.email, { salutation: 'n/a' }));
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
      expect(
        Date.parse(`${String(attributes.updatedAt)}Z`) - Date.parse(`${String(createdAt)}Z`),
      ).toBeGreaterThanOrEqual(60_000);
    });

    it('without effect if no attributes are sent', async () => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: {} })).toEqual(
        glueResponse(200, { data: customerResource(ada.reference, ada.email) }),
      );
    });

    it('but not in their password, which is only validated', async () => {
      const ada = await glue.customer();
      const update = (attributes: Body) => ada.send('PATCH', ada.path, { attributes });
      const same = glueResponse(200, { data: customerResource(ada.reference, ada.email) });
      const password = 'another long password';
      expect(await update({ password, confirmPassword: password, newPassword: password })).toEqual(same);
      expect(await update({ password: null, confirmPassword: password })).toEqual(same);
      const differ = errorResponse(
        '406',
        'Value in field password should be identical to value in the confirmPassword field.',
      );
      expect(await update({ password, confirmPassword: 'a long enough password' })).toEqual(differ);
      expect(await update({ password })).toEqual(differ);
      expect(await update({ password: '', confirmPassword: 'x'.repeat(129) })).toEqual(
        invalidAttributes({ password: broken.tooShort(12), confirmPassword: broken.tooLong(128) }),
      );
      await glue.logIn(ada);
    });

    it('in their date of birth, which an empty text removes', async () => {
      const ada = await glue.customer({ dateOfBirth: '1815-12-10' });
      expect(await ada.send('PATCH', ada.path, { attributes: { dateOfBirth: '' } })).toEqual(
        glueResponse(200, { data: customerResource(ada.reference, ada.email) }),
      );
    });

    it.each<[string, unknown, string | string[]]>([
      ['email', '', broken.blank],
      ['email', null, broken.blank],
      ['email', 'ada', broken.noEmail],
      ['firstName', '', broken.blank],
      ['firstName', 'x'.repeat(101), broken.tooLong(100)],
      ['lastName', null, broken.blank],
      ['gender', null, broken.blank],
      ['gender', '', [broken.blank, broken.noChoice]],
      ['salutation', 'Sir', broken.noChoice],
      ['dateOfBirth', 'tomorrow', broken.noDate],
      ['dateOfBirth', '2999-01-01', broken.noDate],
    ])('not with %s %p', async (name, value, text) => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: { [name]: value } })).toEqual(
        invalidAttributes({ [name]: text }),
      );
      expect((await ada.get(ada.path)).data).toEqual(customerResource(ada.reference, ada.email));
    });

    it('not with several invalid attributes, which are reported in the order of the vendor', async () => {
      const ada = await glue.customer();
      const attributes = {
        ...{ confirmPassword: 'x', password: 'x', dateOfBirth: 'x', lastName: '', firstName: '', salutation: 'x' },
        ...{ gender: 'x', email: 'x' },
      };
      expect(await ada.send('PATCH', ada.path, { attributes })).toEqual(
        invalidAttributes({
          ...{ email: broken.noEmail, gender: broken.noChoice, salutation: broken.noChoice },
          ...{ firstName: broken.blank, lastName: broken.blank, dateOfBirth: broken.noDate },
          ...{ password: broken.tooShort(12), confirmPassword: broken.tooShort(12) },
        }),
      );
    });

    it('not with an e-mail of more than 100 characters', async () => {
      const ada = await glue.customer();
      for (const email of [emailOf(101), `${'x'.repeat(89)}@example.com`]) {
        expect(await ada.send('PATCH', ada.path, { attributes: { email, firstName: 'Augusta' } })).toEqual(
          emailTooLong,
        );
      }
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
      for (const path of [ada.path, '/customers/DE--999999']) {
        expect(await eve.send('DELETE', path)).toEqual(unauthorized);
      }
      expect((await ada.get<CollectionDocument>('/customers')).data).toHaveLength(1);
    });
  });
});
