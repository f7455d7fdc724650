import {
  glueResponse,
  Glue,
  GlueClient,
  invalidToken,
  missingToken,
  broken,
  errorResponse,
  invalidAttributes,
  tokenResponse,
  unauthorized,
} from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';

const OLD = 'a long enough password';
const NEW = 'another long password';

describe('passwords', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const logIn = (username: string, password: string) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
  /** Both ways to set a password return these errors for an invalid length. */
  const [short, long] = [broken.tooShort(12), broken.tooLong(128)];

  describe('are changed', () => {
    const change = (client: GlueClient, reference: string, attributes: Body) =>
      client.send('PATCH', `/customer-password/${reference}`, { attributes });
    const good = { password: OLD, newPassword: NEW, confirmPassword: NEW };

    it('with the current one, which ends all other sessions', async () => {
      const ada = await glue.customer();
      const elsewhere = await glue.logIn(ada);
      expect(await change(ada, ada.reference, good)).toEqual(glueResponse(204));
      expect((await logIn(ada.email, OLD)).status).toBe(401);
      expect(await logIn(ada.email, NEW)).toEqual(tokenResponse('access-tokens'));
      await ada.get(ada.path);
      expect(await elsewhere.send('GET', ada.path)).toEqual(invalidToken);
    });

    it.each(['a wrong guess', '  ', 'a\0b', '\ud800'])(
      'but not with a wrong current password: %j',
      async (password) => {
        const ada = await glue.customer();
        expect(await change(ada, ada.reference, { ...good, password })).toEqual(
          errorResponse('408', 'Invalid password'),
        );
        await glue.logIn(ada);
      },
    );

    it('but the confirmation is compared first', async () => {
      const ada = await glue.customer();
      expect(await change(ada, ada.reference, { ...good, password: 'a wrong guess', confirmPassword: OLD })).toEqual(
        errorResponse('406', 'Value in field newPassword should be identical to value in the confirmPassword field.'),
      );
      await glue.logIn(ada);
    });

    it('but not for other customers', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      for (const reference of [ada.reference, 'DE--999999']) {
        expect(await change(eve, reference, good)).toEqual(unauthorized);
      }
      await glue.logIn(ada);
    });

    it('only with a valid token', async () => {
      const { reference } = await glue.customer();
      expect(await change(glue.unauthenticated, reference, good)).toEqual(missingToken);
      expect(await change(new GlueClient(shop, 'bad'), reference, good)).toEqual(invalidToken);
    });

    it.each<[string, Body, Record<string, string | string[]>]>([
      ['missing', {}, { password: broken.missing, newPassword: broken.missing, confirmPassword: broken.missing }],
      [
        'empty',
        { password: '', newPassword: '', confirmPassword: '' },
        { password: broken.blank, newPassword: [broken.blank, short], confirmPassword: [broken.blank, short] },
      ],
      [
        'null',
        { password: null, newPassword: null, confirmPassword: null },
        { password: broken.blank, newPassword: broken.blank, confirmPassword: broken.blank },
      ],
      [
        'too short',
        { password: OLD, newPassword: 'short', confirmPassword: 'short' },
        { newPassword: short, confirmPassword: short },
      ],
      [
        'too long',
        { password: OLD, newPassword: 'x'.repeat(129), confirmPassword: 'x'.repeat(129) },
        { newPassword: long, confirmPassword: long },
      ],
    ])('but not with attributes that are %s', async (_name, attributes, texts) => {
      const ada = await glue.customer();
      expect(await change(ada, ada.reference, attributes)).toEqual(invalidAttributes(texts));
    });

    it('also if the current one has 128 characters', async () => {
      const password = 'x'.repeat(128);
      const ada = await glue.customer({ password, confirmPassword: password });
      expect(await change(ada, ada.reference, { ...good, password })).toEqual(glueResponse(204));
    });

    it('even if the current one violates the policy', async () => {
      const { email, password } = await shop.signUp({ password: 'short1' });
      const { data } = await glue.unauthenticated.post('/access-tokens', 201, { username: email, password });
      const ada = new GlueClient(shop, String(data.attributes.accessToken));
      const {
        data: [me],
      } = await ada.get<{ data: { id: string }[] }>('/customers');
      expect(await change(ada, me?.id ?? '', { ...good, password })).toEqual(glueResponse(204));
    });
  });

  describe('that are forgotten', () => {
    const requestKey = (attributes: Body) =>
      glue.unauthenticated.send('POST', '/customer-forgotten-password', { attributes });

    it('are reset with a key that is mailed', async () => {
      const { email } = await glue.customer();
      expect(await requestKey({ email })).toEqual(glueResponse(204));
      expect((await shop.mailTo(email, 'password-reset')).token).toMatch(/^[\w-]{20,}$/);
    });

    it('get the same response, but no mail, for an unknown address', async () => {
      for (const email of [shop.person().email, `${'x'.repeat(100)}@example.com`]) {
        expect(await requestKey({ email })).toEqual(glueResponse(204));
        expect(await shop.mailsTo(email)).toEqual([]);
      }
    });

    it.each<[string, Body, string]>([
      ['missing', {}, broken.missing],
      ['empty', { email: '' }, broken.blank],
      ['null', { email: null }, broken.blank],
      ['too long', { email: `${'x'.repeat(248)}@foo.bar` }, broken.tooLong(255)],
      ['invalid', { email: 'ada' }, broken.noEmail],
    ])('cannot be reset with an e-mail that is %s', async (_name, attributes, text) => {
      expect(await requestKey(attributes)).toEqual(errorResponse('901', `email => ${text}`));
    });
  });

  describe('are restored', () => {
    const restore = (attributes: Body, last = 'mine') =>
      glue.unauthenticated.send('PATCH', `/customer-restore-password/${last}`, { attributes });
    const badKey = errorResponse('415', 'Restore password key is not valid.');
    const keyOf = async (email: string): Promise<string> => {
      await glue.unauthenticated.post('/customer-forgotten-password', 204, { email });
      return (await shop.mailTo(email, 'password-reset')).token;
    };
    const good = { password: NEW, confirmPassword: NEW };

    it('with a key that works once, which ends every session', async () => {
      const ada = await glue.customer();
      const restorePasswordKey = await keyOf(ada.email);
      expect(await restore({ restorePasswordKey, ...good })).toEqual(glueResponse(204));
      expect(await logIn(ada.email, NEW)).toEqual(tokenResponse('access-tokens'));
      expect((await logIn(ada.email, OLD)).status).toBe(401);
      expect(await ada.send('GET', ada.path)).toEqual(invalidToken);
      expect(await restore({ restorePasswordKey, ...good })).toEqual(badKey);
    });

    it.each(['mine', 'DE--999999', 'anything%20else'])('regardless of the last part of the path: %s', async (last) => {
      const ada = await glue.customer();
      expect(await restore({ restorePasswordKey: await keyOf(ada.email), ...good }, last)).toEqual(glueResponse(204));
      expect(await logIn(ada.email, NEW)).toEqual(tokenResponse('access-tokens'));
    });

    it('but not with an unknown key', async () => {
      expect(await restore({ restorePasswordKey: 'unknown', ...good })).toEqual(badKey);
    });

    it.each(['x'.repeat(5000), 'a\0'])('but not with a key that cannot exist', async (restorePasswordKey) => {
      expect(await restore({ restorePasswordKey, ...good })).toEqual(badKey);
    });

    it('but not with a key that has expired, which has an error of its own', async () => {
      const { email } = await glue.customer();
      const restorePasswordKey = await keyOf(email);
      shop.advanceClock(3601);
      expect(await restore({ restorePasswordKey, ...good })).toEqual(
        errorResponse('407', 'Failed to change password.'),
      );
    });

    it('but not with a key that a newer one has replaced', async () => {
      const { email } = await glue.customer();
      const restorePasswordKey = await keyOf(email);
      await keyOf(email);
      expect(await restore({ restorePasswordKey, ...good })).toEqual(badKey);
    });

    it('but not with the registration key', async () => {
      const { email } = await glue.signUp();
      const { token } = await shop.mailTo(email, 'opt-in');
      expect(await restore({ restorePasswordKey: token, ...good })).toEqual(badKey);
    });

    it('but not if the confirmation differs, and the key stays valid', async () => {
      const { email } = await glue.customer();
      const restorePasswordKey = await keyOf(email);
      expect(await restore({ restorePasswordKey, password: NEW, confirmPassword: OLD })).toEqual(
        errorResponse('406', 'Value in field password should be identical to value in the confirmPassword field.'),
      );
      expect(await restore({ restorePasswordKey, ...good })).toEqual(glueResponse(204));
    });

    it.each<[string, Body, Record<string, string | string[]>]>([
      [
        'missing',
        {},
        { restorePasswordKey: broken.missing, password: broken.missing, confirmPassword: broken.missing },
      ],
      [
        'blank',
        { restorePasswordKey: '', password: '', confirmPassword: null },
        { restorePasswordKey: broken.blank, password: [broken.blank, short], confirmPassword: broken.blank },
      ],
      [
        'too short',
        { restorePasswordKey: 'x', password: 'short', confirmPassword: 'short' },
        { password: short, confirmPassword: short },
      ],
      [
        'too long',
        { restorePasswordKey: 'x', password: 'x'.repeat(129), confirmPassword: 'x'.repeat(129) },
        { password: long, confirmPassword: long },
      ],
    ])('but not with attributes that are %s', async (_name, attributes, texts) => {
      expect(await restore(attributes)).toEqual(invalidAttributes(texts));
    });
  });

  describe('of a tenant that requires 6 to 8 characters', () => {
    let lax: Shop;
    let laxGlue: Glue;
    beforeAll(async () => {
      lax = await Shop.open({ activation: 'none', passwordPolicy: { shortest: 6, longest: 8 } });
      laxGlue = new Glue(lax);
    });
    afterAll(() => lax.close());

    it.each([
      [5, broken.tooShort(6)],
      [9, broken.tooLong(8)],
    ])('cannot have %i', async (length, text) => {
      const password = 'x'.repeat(length);
      const attributes = laxGlue.person({ password, confirmPassword: password });
      expect(await laxGlue.unauthenticated.send('POST', '/customers', { attributes })).toEqual(
        invalidAttributes({ password: text, confirmPassword: text }),
      );
    });

    it.each([6, 8])('can have %i', async (length) => {
      const password = 'x'.repeat(length);
      await laxGlue.customer({ password, confirmPassword: password });
    });
  });

  describe('of a tenant that requires all classes of characters', () => {
    const CLASSES_MISSING =
      'Your password must include at least one uppercase letter, one lowercase letter, one number, and one special ' +
      'character from the following list: !@#$%^&*()_-+=[]{}|;:<>.,/?\\~. Non-Latin and other special characters are ' +
      'not allowed.';
    let careful: Shop;
    let carefulGlue: Glue;
    beforeAll(async () => {
      careful = await Shop.open({ activation: 'none', passwordPolicy: { requireCharacterClasses: true } });
      carefulGlue = new Glue(careful);
    });
    afterAll(() => careful.close());

    const STRONG = 'Quiet-Blue-Door-7';
    const signUp = (password: string) => {
      const attributes = carefulGlue.person({ password, confirmPassword: password });
      return carefulGlue.unauthenticated.send('POST', '/customers', { attributes });
    };

    it.each([STRONG, ...'!@#$%^&*()_-+=[]{}|;:<>.,/?\\~'].map((text) => text.padEnd(13, 'Aa1')))(
      'are accepted: %s',
      async (password) => {
        expect((await signUp(password)).status).toBe(201);
      },
    );

    it.each<[name: string, password: string]>([
      ['no uppercase letter', 'quiet-blue-door-7'],
      ['no lowercase letter', 'QUIET-BLUE-DOOR-7'],
      ['no digit', 'Quiet-Blue-Door-x'],
      ['no special character', 'QuietBlueDoor7777'],
      ['a letter that is not ASCII', 'Quiet-Blue-Döor-7'],
      ['a blank', 'Quiet Blue-Door-7'],
      ['a special character that is not in the list', "Quiet'Blue-Door-7"],
    ])('are rejected with %s', async (_name, password) => {
      expect(await signUp(password)).toEqual(invalidAttributes({ password: CLASSES_MISSING }));
    });

    it('return the error for the classes after that for the length; an empty text returns no error for the classes', async () => {
      expect(await signUp('Short1')).toEqual(
        invalidAttributes({ password: [broken.tooShort(12), CLASSES_MISSING], confirmPassword: broken.tooShort(12) }),
      );
      expect(await signUp('')).toEqual(
        invalidAttributes({ password: [broken.blank, short], confirmPassword: [broken.blank, short] }),
      );
    });

    it('are validated in the same way when they are changed, restored, or sent with the profile', async () => {
      const ada = await carefulGlue.customer({ password: STRONG, confirmPassword: STRONG });
      const changed = { password: STRONG, newPassword: NEW, confirmPassword: NEW };
      expect(await ada.send('PATCH', `/customer-password/${ada.reference}`, { attributes: changed })).toEqual(
        invalidAttributes({ newPassword: CLASSES_MISSING }),
      );
      const restored = { restorePasswordKey: 'unknown', password: NEW, confirmPassword: NEW };
      expect(await ada.send('PATCH', '/customer-restore-password/mine', { attributes: restored })).toEqual(
        invalidAttributes({ password: CLASSES_MISSING }),
      );
      expect(await ada.send('PATCH', ada.path, { attributes: { password: NEW, confirmPassword: NEW } })).toEqual(
        invalidAttributes({ password: CLASSES_MISSING }),
      );
    });

    it('are not validated at login', async () => {
      const attributes = { username: careful.person().email, password: 'weak' };
      expect(await carefulGlue.unauthenticated.send('POST', '/access-tokens', { attributes })).toEqual(
        errorResponse('003', 'Failed to authenticate user.'),
      );
    });
  });
});
