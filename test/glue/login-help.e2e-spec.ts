import type { Activation } from '../../src/tenants/tenant-settings.js';
import { Housekeeping } from '../../src/housekeeping/housekeeping.service.js';
import { Glue, type RegisteredCustomer, errorResponse, glueResponse, tokenResponse } from '../support/glue.js';
import { rows } from '../support/rows.js';
import { Shop } from '../support/shop.js';

const DAY = 24 * 3600;
const NEW = 'another long password';
const emailTaken = errorResponse(
  '400',
  'If this email address is already in use, you will receive a password reset link. Otherwise you must first validate ' +
    'your e-mail address to finish registration. Please check your e-mail.',
);
const loginRejected = errorResponse('003', 'Failed to authenticate user.');
const badKey = errorResponse('423', 'This email confirmation code is invalid or has been already used.');

describe('the owner of an account gets a mail that helps to log in', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', enableAccountCreationEmailConfirmation: true });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const signUpAgain = (email: string) =>
    glue.unauthenticated.send('POST', '/customers', { attributes: glue.person({ email }) });
  const forgot = (email: string) =>
    glue.unauthenticated.send('POST', '/customer-forgotten-password', { attributes: { email } });
  const confirm = (registrationKey: string) =>
    glue.unauthenticated.send('POST', '/customer-confirmation', { attributes: { registrationKey } });
  const restore = (restorePasswordKey: string) =>
    glue.unauthenticated.send('PATCH', '/customer-restore-password/mine', {
      attributes: { restorePasswordKey, password: NEW, confirmPassword: NEW },
    });
  const logIn = ({ email: username, password }: Pick<RegisteredCustomer, 'email' | 'password'>) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
  const kindsTo = async (email: string) => (await shop.mailsTo(email)).map(({ kind }) => kind);

  describe('after a sign-up with the same e-mail:', () => {
    it('a new registration key if the e-mail is not confirmed', async () => {
      const ada = await glue.signUp();
      const older = await shop.mailTo(ada.email, 'opt-in');
      shop.advanceClock(61);
      expect(await signUpAgain(ada.email.toUpperCase())).toEqual(emailTaken);
      expect(await kindsTo(ada.email)).toEqual(['opt-in', 'opt-in']);
      const { token, text } = await shop.mailTo(ada.email, 'opt-in');
      expect(older.text).not.toContain('the first registration');
      expect(text).toContain('Your account has the password from the first registration.');
      expect(await confirm(older.token)).toEqual(badKey);
      expect(await confirm(token)).toEqual(glueResponse(204));
      expect(await logIn(ada)).toEqual(tokenResponse('access-tokens'));
    });

    it('a link to set a new password if the e-mail is confirmed', async () => {
      const ada = await glue.customer();
      expect(await kindsTo(ada.email)).toEqual(['opt-in']);
      shop.advanceClock(61);
      expect(await signUpAgain(ada.email)).toEqual(emailTaken);
      expect(await kindsTo(ada.email)).toEqual(['password-reset', 'opt-in']);
      expect(await restore((await shop.mailTo(ada.email, 'password-reset')).token)).toEqual(glueResponse(204));
      expect(await logIn({ ...ada, password: NEW })).toEqual(tokenResponse('access-tokens'));
    });

    it('but not in the minute after another link of the kind', async () => {
      const [ada, bob] = [await glue.signUp(), await glue.customer()];
      await forgot(bob.email);
      shop.advanceClock(55);
      for (const [{ email }, kinds] of [
        [ada, ['opt-in']],
        [bob, ['password-reset', 'opt-in']],
      ] as const) {
        expect(await signUpAgain(email)).toEqual(emailTaken);
        expect(await kindsTo(email)).toEqual(kinds);
      }
    });

    it('once, if there are several at the same time', async () => {
      const [ada, bob] = [await glue.signUp(), await glue.customer()];
      shop.advanceClock(61);
      for (const [{ email }, kind] of [
        [ada, 'opt-in'],
        [bob, 'password-reset'],
      ] as const) {
        await Promise.all(Array.from({ length: 8 }, () => signUpAgain(email)));
        expect(await kindsTo(email)).toEqual([kind, 'opt-in']);
      }
    });

    it('at most 10 times in an hour', async () => {
      const { email } = await glue.signUp();
      for (let n = 0; n < 12; n++) {
        shop.advanceClock(61);
        await signUpAgain(email);
      }
      expect(await kindsTo(email)).toEqual(Array<string>(10).fill('opt-in'));
      expect(await confirm((await shop.mailTo(email, 'opt-in')).token)).toEqual(glueResponse(204));
    });

    it('but not after a sign-up through the Emporix API', async () => {
      const { email } = await glue.signUp();
      shop.advanceClock(61);
      await (await shop.visitor()).post('/signup', 409, shop.person({ email }));
      expect(await kindsTo(email)).toEqual(['opt-in']);
    });
  });

  describe('with POST /customer-forgotten-password:', () => {
    it('a new registration key if the e-mail is not confirmed', async () => {
      const ada = await glue.signUp();
      expect(await forgot(ada.email)).toEqual(glueResponse(204));
      expect(await kindsTo(ada.email)).toEqual(['opt-in', 'opt-in']);
      expect(await confirm((await shop.mailTo(ada.email, 'opt-in')).token)).toEqual(glueResponse(204));
      expect(await logIn(ada)).toEqual(tokenResponse('access-tokens'));
    });

    it('a link to set a new password if nothing must be confirmed', async () => {
      const { email } = await shop.signUp();
      expect(await forgot(email)).toEqual(glueResponse(204));
      expect((await shop.mailsTo(email))[0]?.kind).toBe('password-reset');
    });

    it('a link to set a new password if an employee has put the customer on hold', async () => {
      const { email } = await glue.signUp();
      await rows(shop, 'update customers set on_hold = true where contact_email = $1', [email]);
      expect(await forgot(email)).toEqual(glueResponse(204));
      expect(await kindsTo(email)).toEqual(['password-reset', 'opt-in']);
    });

    it('after the same time', async () => {
      const [ada, bob] = [await glue.signUp(), await glue.customer()];
      for (const email of [ada.email, bob.email, shop.person().email]) {
        const start = performance.now();
        await forgot(email);
        expect(performance.now() - start).toBeGreaterThan(145);
      }
    });
  });

  it('the restored password does not confirm the e-mail', async () => {
    const ada = await glue.signUp();
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    expect(await restore((await shop.mailTo(ada.email, 'password-reset')).token)).toEqual(glueResponse(204));
    expect(await logIn({ ...ada, password: NEW })).toEqual(loginRejected);
    await glue.confirm(ada.email);
    expect(await logIn({ ...ada, password: NEW })).toEqual(tokenResponse('access-tokens'));
  });
});

describe('a new registration key long after the first one has expired', () => {
  it.each<Activation>(['none', 'email', 'employee', 'both'])('is mailed with the activation %s', async (activation) => {
    const shop = await Shop.open({ activation });
    try {
      const glue = new Glue(shop);
      const { email } = await glue.signUp();
      shop.advanceClock(90 * DAY);
      await shop.app.get(Housekeeping).run();
      await glue.unauthenticated.post('/customer-forgotten-password', 204, { email });
      await glue.confirm(email);
    } finally {
      await shop.close();
    }
  });
});

describe('a repeated sign-up at a strict tenant', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ strict: true, activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('mails a new registration key to an unconfirmed address, at most once an hour', async () => {
    const { email } = await glue.signUp();
    const signUpAgain = async () => {
      const start = performance.now();
      expect(
        await glue.unauthenticated.send('POST', '/customers', { attributes: glue.person({ email }) }),
      ).toMatchObject({ status: 201, body: { data: { attributes: { email } } } });
      expect(performance.now() - start).toBeGreaterThan(145);
    };
    const kinds = async () => (await shop.mailsTo(email)).map(({ kind }) => kind);
    await signUpAgain();
    expect(await kinds()).toEqual(['opt-in']);
    shop.advanceClock(3601);
    await signUpAgain();
    await signUpAgain();
    expect(await kinds()).toEqual(['opt-in', 'opt-in']);
    await glue.confirm(email);
  });
});
