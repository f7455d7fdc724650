import {
  glueResponse,
  Glue,
  broken,
  errorResponse,
  errorWithoutCode,
  invalidAttributes,
  resource,
  tokenResponse,
} from '../support/glue.js';
import { Shop } from '../support/shop.js';
import type { Activation } from '../../src/tenants/tenant-settings.js';

describe('the registration key', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const confirm = (attributes: Record<string, unknown>) =>
    glue.unauthenticated.send('POST', '/customer-confirmation', { attributes });
  const failed = errorResponse('423', 'This email confirmation code is invalid or has been already used.');
  const keyOf = async (email: string) => (await shop.mailTo(email, 'opt-in')).token;
  const logIn = ({ email: username, password }: { email: string; password: string }) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });

  it('enables the login and can be used only once', async () => {
    const ada = await glue.signUp();
    const registrationKey = await keyOf(ada.email);
    expect((await logIn(ada)).status).toBe(401);
    expect(await confirm({ registrationKey })).toEqual(glueResponse(204));
    expect(await logIn(ada)).toEqual(tokenResponse('access-tokens'));
    expect(await confirm({ registrationKey })).toEqual(failed);
    expect(await logIn(ada)).toEqual(tokenResponse('access-tokens'));
  });

  it('confirms only its own customer', async () => {
    const [ada, bob] = [await glue.signUp(), await glue.signUp()];
    await confirm({ registrationKey: await keyOf(ada.email) });
    expect((await logIn(bob)).status).toBe(401);
  });

  it('is rejected if it is unknown', async () => {
    expect(await confirm({ registrationKey: 'unknown' })).toEqual(failed);
  });

  it('is rejected if it has expired', async () => {
    const { email } = await glue.signUp();
    const registrationKey = await keyOf(email);
    shop.advanceClock(3 * 86_400 + 1);
    expect(await confirm({ registrationKey })).toEqual(failed);
  });

  it('cannot be replaced by a key for a password reset', async () => {
    const { email } = await glue.customer();
    await glue.unauthenticated.post('/customer-forgotten-password', 204, { email });
    const { token } = await shop.mailTo(email, 'password-reset');
    expect(await confirm({ registrationKey: token })).toEqual(failed);
  });

  it.each(['x'.repeat(5000), 'a\0'])('is rejected if it cannot exist', async (registrationKey) => {
    expect(await confirm({ registrationKey })).toEqual(failed);
  });

  describe('can be sent to /customers/{reference}/confirm-registration', () => {
    const confirmWith = (registrationKey: unknown, { type = 'confirm-registration', query = '' } = {}) =>
      glue.unauthenticated.send('POST', `/customers/anything/confirm-registration${query}`, {
        body: resource(type, { registrationKey }),
      });

    it.each(['confirm-registration', 'customers'])('in a body of the type %s', async (type) => {
      const ada = await glue.signUp({ dateOfBirth: '1815-12-10' });
      const registrationKey = await keyOf(ada.email);
      const response = await confirmWith(registrationKey, { type });
      expect((await logIn(ada)).status).toBe(201);
      const { data } = await (await glue.logIn(ada)).get(`/customers/${ada.reference}`);
      expect(data.attributes).toMatchObject({ email: ada.email, dateOfBirth: '1815-12-10' });
      expect(response).toEqual(
        glueResponse(201, {
          data: { ...data, attributes: { ...data.attributes, updatedAt: expect.any(String) } },
        }),
      );
      expect(await confirmWith(registrationKey)).toEqual(failed);
    });

    it('but not in a body of another type', async () => {
      expect(await confirmWith('x', { type: 'customer-confirmation' })).toEqual(errorWithoutCode(400, 'Invalid type.'));
    });

    it.each<[unknown, string]>([
      [undefined, broken.missing],
      ['', broken.blank],
      ['x'.repeat(151), broken.tooLong(150)],
    ])('but not as %p', async (registrationKey, text) => {
      expect(await confirmWith(registrationKey)).toEqual(invalidAttributes({ registrationKey: text }));
    });

    it.each(['x'.repeat(150), 'a\0', '\ud800'])('and is rejected if it is unknown: %j', async (registrationKey) => {
      expect(await confirmWith(registrationKey)).toEqual(failed);
    });
  });

  it.each([
    ['missing', {}, 'This field is missing.'],
    ['empty', { registrationKey: '' }, 'This value should not be blank.'],
    ['null', { registrationKey: null }, 'This value should not be blank.'],
  ])('is rejected if %s', async (_name, attributes, text) => {
    expect(await confirm(attributes)).toEqual(errorResponse('901', `registrationKey => ${text}`));
  });

  describe('is mailed with any activation policy:', () => {
    it.each<Activation>(['none', 'email', 'employee', 'both'])('%s', async (activation) => {
      const other = await Shop.open({ activation });
      try {
        const otherGlue = new Glue(other);
        const { email } = await otherGlue.signUp();
        expect((await other.mailTo(email, 'opt-in')).token).toMatch(/^[\w-]{20,}$/);
      } finally {
        await other.close();
      }
    });
  });

  describe('with activation by an employee', () => {
    let strict: Shop;
    let otherGlue: Glue;
    beforeAll(async () => {
      strict = await Shop.open({ activation: 'employee' });
      otherGlue = new Glue(strict);
    });
    afterAll(() => strict.close());

    const activate = async (email: string) => {
      const [{ id = '' } = {}] = await (
        await strict.serviceClient()
      ).get<{ id: string }[]>(`/customers?q=contactEmail:${email}`);
      await strict.activate(id);
    };
    const attempt = ({ email: username, password }: { email: string; password: string }) =>
      otherGlue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });

    it('does not enable the login alone', async () => {
      const ada = await otherGlue.signUp();
      await otherGlue.confirm(ada.email);
      expect((await attempt(ada)).status).toBe(401);
      await activate(ada.email);
      expect(await attempt(ada)).toEqual(tokenResponse('access-tokens'));
    });

    it('is still required after the activation', async () => {
      const ada = await otherGlue.signUp();
      await activate(ada.email);
      expect((await attempt(ada)).status).toBe(401);
      await otherGlue.confirm(ada.email);
      expect(await attempt(ada)).toEqual(tokenResponse('access-tokens'));
    });
  });
});
