import {
  answered,
  Glue,
  GlueClient,
  invalidToken,
  type Many,
  missingToken,
  refused,
  unauthorized,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A customer as the answers show one. */
const shown = (reference: string, email: string, changes: Body = {}) => ({
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

describe('customers', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const signUp = (attributes: Body) => glue.stranger.send('POST', '/customers', { attributes });

  describe('are made', () => {
    it('with a reference of the store, and found under it', async () => {
      const person = glue.person();
      const answer = await signUp(person);
      const { id } = (answer.body as { data: { id: string } }).data;
      expect(id).toMatch(/^DE--\d+$/);
      expect(answer).toEqual(answered(201, { data: shown(id, person.email) }));
    });

    it('with a date of birth, if they say one', async () => {
      const person = glue.person({ dateOfBirth: '1815-12-10', gender: 'Other', salutation: 'Dr' });
      const { body } = await signUp(person);
      const { id } = (body as { data: { id: string } }).data;
      const changes = { dateOfBirth: '1815-12-10', gender: 'Other', salutation: 'Dr' };
      expect(body).toEqual({ data: shown(id, person.email, changes) });
    });

    it('and get a mail with the registration key', async () => {
      const { email } = await glue.registered();
      const mails = await shop.mailsTo(email);
      expect(mails.map(({ kind }) => kind)).toEqual(['opt-in']);
      expect(mails[0]?.token).toMatch(/^[\w-]{20,}$/);
    });

    it('with every attribute but the date of birth, and all that is missing is told at once', async () => {
      const missing = [
        ...['firstName', 'lastName', 'email', 'gender', 'salutation', 'password', 'confirmPassword', 'acceptedTerms'],
      ];
      expect(await signUp({})).toEqual(refused('901', ...missing.map((name) => `${name} => This field is missing.`)));
    });

    it.each(['', null])('with attributes that say something, which %p does not', async (blank) => {
      const names = ['firstName', 'lastName', 'email', 'gender', 'salutation', 'password', 'confirmPassword'];
      const attributes = Object.fromEntries([...names, 'acceptedTerms'].map((name) => [name, blank]));
      const details = [...names, 'acceptedTerms'].map((name) => `${name} => This value should not be blank.`);
      expect(await signUp(attributes)).toEqual(refused('901', ...details));
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
      expect(await signUp(person)).toEqual(refused('901', `${name} => ${text}`));
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
        refused('901', `password => ${text}`),
      );
    });

    it.each([12, 128])('with a password of %i characters', async (length) => {
      const password = 'ä'.repeat(length);
      expect((await signUp(glue.person({ password, confirmPassword: password }))).status).toBe(201);
    });

    it('not with unequal passwords', async () => {
      expect(await signUp(glue.person({ confirmPassword: 'another long password' }))).toEqual(
        refused('406', 'Value in field password should be identical to value in the confirmPassword field.'),
      );
    });

    it('not with an e-mail that is taken, in whatever spelling', async () => {
      const { email } = await glue.registered();
      expect(await signUp(glue.person({ email: email.toUpperCase() }))).toEqual(
        refused(
          '400',
          'If this email address is already in use, you will receive a password reset link. Otherwise you must first ' +
            'validate your e-mail address to finish registration. Please check your e-mail.',
        ),
      );
    });

    it('with an e-mail that another attempt left free: what is refused leaves nothing behind', async () => {
      const person = glue.person();
      await signUp({ ...person, confirmPassword: 'another long password' });
      expect((await signUp(person)).status).toBe(201);
    });
  });

  it('see themselves as the only one of the list', async () => {
    await glue.customer();
    const ada = await glue.customer();
    expect(await ada.send('GET', '/customers')).toEqual(
      answered(200, { data: [shown(ada.reference, ada.email)], links: { self: 'http://foyer.test/customers' } }),
    );
  });

  it('see themselves by their reference', async () => {
    const ada = await glue.customer();
    expect(await ada.send('GET', ada.path)).toEqual(answered(200, { data: shown(ada.reference, ada.email) }));
  });

  it('find nobody else, whether there or not', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    for (const path of [ada.path, '/customers/DE--999999']) {
      expect(await eve.send('GET', path)).toEqual(refused('402', 'Customer not found.'));
    }
  });

  it('need a token that lives', async () => {
    const ada = await glue.customer();
    for (const path of ['/customers', ada.path]) {
      expect(await glue.stranger.send('GET', path)).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send('GET', path)).toEqual(invalidToken);
    }
    for (const method of ['PATCH', 'DELETE']) {
      const attributes = method === 'PATCH' ? { firstName: 'Eve' } : undefined;
      expect(await glue.stranger.send(method, ada.path, { attributes })).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, ada.path, { attributes })).toEqual(invalidToken);
    }
  });

  describe('change', () => {
    it('what they send, and no more', async () => {
      const ada = await glue.customer();
      const changes = { firstName: 'Augusta', dateOfBirth: '1815-12-10' };
      expect(await ada.send('PATCH', ada.path, { attributes: changes })).toEqual(
        answered(200, { data: shown(ada.reference, ada.email, changes) }),
      );
      expect((await ada.get(ada.path)).data).toEqual(shown(ada.reference, ada.email, changes));
    });

    it('and it is noted when', async () => {
      const ada = await glue.customer();
      const { createdAt } = (await ada.get(ada.path)).data.attributes;
      shop.later(60);
      const { attributes } = (await ada.patch(ada.path, 200, { firstName: 'Augusta' })).data;
      expect(attributes.createdAt).toBe(createdAt);
      expect(Date.parse(String(attributes.updatedAt)) - Date.parse(String(createdAt))).toBeGreaterThanOrEqual(60_000);
    });

    it('nothing by an empty change', async () => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: {} })).toEqual(
        answered(200, { data: shown(ada.reference, ada.email) }),
      );
    });

    it('neither their password nor their e-mail', async () => {
      const ada = await glue.customer();
      const [password, email] = ['another long password', shop.person().email];
      const attributes = { email, password, confirmPassword: password, newPassword: password };
      expect(await ada.send('PATCH', ada.path, { attributes })).toEqual(
        answered(200, { data: shown(ada.reference, ada.email) }),
      );
      await glue.logIn(ada);
    });

    it.each([
      ['firstName', '', 'This value should not be blank.'],
      ['lastName', null, 'This value should not be blank.'],
      ['gender', null, 'This value should not be blank.'],
      ['salutation', 'Sir', 'The value you selected is not a valid choice.'],
      ['dateOfBirth', 'tomorrow', 'This value is not a valid date.'],
    ])('not %s to %p', async (name, value, text) => {
      const ada = await glue.customer();
      expect(await ada.send('PATCH', ada.path, { attributes: { [name]: value } })).toEqual(
        refused('901', `${name} => ${text}`),
      );
      expect((await ada.get(ada.path)).data).toEqual(shown(ada.reference, ada.email));
    });

    it('not others', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      for (const path of [ada.path, '/customers/DE--999999']) {
        expect(await eve.send('PATCH', path, { attributes: { firstName: 'Eve' } })).toEqual(unauthorized);
      }
      expect((await ada.get(ada.path)).data).toEqual(shown(ada.reference, ada.email));
    });
  });

  describe('are removed', () => {
    it('with their tokens, and nothing of them is left', async () => {
      const ada = await glue.customer();
      expect(await ada.send('DELETE', ada.path)).toEqual(answered(204));
      expect(await ada.send('GET', ada.path)).toEqual(invalidToken);
      const { refreshToken } = ada.login;
      expect((await glue.stranger.send('POST', '/refresh-tokens', { attributes: { refreshToken } })).status).toBe(401);
      const left = await rows(shop, 'select 1 from customers where contact_email = $1 or reference = $2', [
        ada.email,
        ada.reference,
      ]);
      expect(left).toEqual([]);
    });

    it('and their e-mail is free for somebody with another reference', async () => {
      const ada = await glue.customer();
      await ada.delete(ada.path);
      const again = await glue.customer({ email: ada.email });
      expect(again.reference).not.toBe(ada.reference);
    });

    it('not by others', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      expect(await eve.send('DELETE', ada.path)).toEqual(unauthorized);
      expect((await ada.get<Many>('/customers')).data).toHaveLength(1);
    });
  });
});
