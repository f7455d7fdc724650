import {
  type CollectionDocument,
  Glue,
  GlueClient,
  GlueCustomer,
  type ResourceDocument,
  codeInvalid,
  codeMissing,
  errorResponse,
  glueResponse,
  invalidToken,
  missingToken,
  resource,
} from '../support/glue.js';
import { newCompanyUser, newCompanyWithUnits } from '../support/company-users.js';
import { glueOperations } from '../support/document.js';
import { queriesOf, recordQueries } from '../support/queries.js';
import { rows } from '../support/rows.js';
import {
  activateApp,
  activateEmail,
  enrolApp,
  mailedCode,
  otherCode,
  postFactor,
  recoveryCodes,
  requestCode,
  withCode,
} from '../support/second-factor.js';
import { type Body, Shop } from '../support/shop.js';

const typeMissing = errorResponse('5902', 'Multi-factor authentication type is missing.');
const alreadyActive = errorResponse('5904', 'Multi-factor authentication type already activated.');
const typeNotFound = errorResponse('5906', 'Multi-factor authentication type is not found.');
const unsent = errorResponse(
  '5910',
  'Something went wrong while sending your code. Please try again later or contact the system administrator.',
);
const done = glueResponse(204);
const HOUR = 3600;

const typeList = (...types: [type: string, status: string][]) =>
  glueResponse(200, {
    data: types.map(([type, status]) => ({
      type: 'multi-factor-auth-types',
      id: null,
      attributes: { type, status },
      links: { self: 'http://foyer.test/multi-factor-auth-types' },
    })),
    links: { self: 'http://foyer.test/multi-factor-auth-types' },
  });

describe('second factors', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const types = (client: GlueClient) => client.send('GET', '/multi-factor-auth-types');
  const changeName = (client: GlueCustomer, code?: string) =>
    client.send('PATCH', client.path, {
      attributes: { firstName: shop.person().email.slice(0, 8) },
      headers: code === undefined ? {} : withCode(code),
    });
  const passes = async (client: GlueCustomer, code: string) =>
    expect((await changeName(client, code)).status).toBe(200);

  describe('their routes', () => {
    const routes = [
      ['GET', '/multi-factor-auth-types'],
      ...['type-activate', 'type-verify', 'trigger', 'type-deactivate', 'totp-secrets', 'recovery-codes'].map(
        (name) => ['POST', `/multi-factor-auth-${name}`],
      ),
    ] as [method: string, path: string][];

    it.each(routes)('require a customer token: %s %s', async (method, path) => {
      const options = method === 'POST' ? { attributes: { type: 'email' } } : {};
      expect(await glue.unauthenticated.send(method, path, options)).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, path, options)).toEqual(invalidToken);
      expect(await (await glue.agent()).send(method, path, options)).toEqual(missingToken);
    });
  });

  it('are listed: active ones first, then pending ones, then the rest', async () => {
    const ada = await glue.customer();
    expect(await types(ada)).toEqual(typeList(['email', 'deactivated'], ['totp', 'deactivated']));
    const app = await enrolApp(ada);
    expect(await types(ada)).toEqual(typeList(['totp', 'activation is pending'], ['email', 'deactivated']));
    await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(0));
    expect(await types(ada)).toEqual(typeList(['totp', 'activated'], ['email', 'deactivated']));
    await postFactor(ada, 'type-activate', { type: 'email' }, app.codeIn(30));
    expect(await types(ada)).toEqual(typeList(['totp', 'activated'], ['email', 'activation is pending']));
  });

  describe('the activation', () => {
    it('begins with a mailed code of six digits, and is completed by it', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'type-activate', { type: 'email' })).toEqual(done);
      const mail = await shop.mailTo(ada.email, 'second-factor-code');
      expect(mail).toMatchObject({ to: ada.email, subject: 'Your verification code', token: null });
      const code = await mailedCode(shop, ada.email);
      expect(mail.text).toBe(
        `Hello,\n\nYour verification code is ${code}. It is valid for 30 minutes.\n\nEnter it only in our shop, and do not share it. ` +
          'If you did not request it, another person may be using your account. Please change your password.\n\n-- \nshop\n',
      );
      expect((await changeName(ada)).status).toBe(200);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, code)).toEqual(done);
      expect(await types(ada)).toEqual(typeList(['email', 'activated'], ['totp', 'deactivated']));
      expect(await changeName(ada)).toEqual(codeMissing);
      await passes(ada, code);
    });

    it.each<[string, Body]>([
      ['absent', {}],
      ['empty', { type: '' }],
      ['null', { type: null }],
    ])('requires a type: %s', async (_name, attributes) => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'type-activate', attributes)).toEqual(typeMissing);
      expect(await postFactor(ada, 'trigger', attributes)).toEqual(typeMissing);
      expect(await postFactor(ada, 'type-verify', attributes, '123456')).toEqual(typeMissing);
      expect(await postFactor(ada, 'type-deactivate', attributes, '123456')).toEqual(typeMissing);
    });

    it.each<[string, unknown]>([
      ['unknown', 'sms'],
      ['in upper case', 'EMAIL'],
      ['a list', ['email']],
      ['a number', 1],
    ])('requires a known type, not one that is %s', async (_name, type) => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'type-activate', { type })).toEqual(typeNotFound);
      expect(await postFactor(ada, 'trigger', { type })).toEqual(typeNotFound);
      expect(await postFactor(ada, 'type-verify', { type }, '123456')).toEqual(typeNotFound);
      expect(await postFactor(ada, 'type-deactivate', { type }, '123456')).toEqual(typeNotFound);
    });

    it('is rejected for an active type, before the code is checked', async () => {
      const ada = await glue.customer();
      await activateEmail(ada);
      expect(await postFactor(ada, 'type-activate', { type: 'email' })).toEqual(alreadyActive);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, '123456')).toEqual(alreadyActive);
    });

    it('of another type requires a code of an active one', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      expect(await postFactor(ada, 'type-activate', { type: 'totp' })).toEqual(codeMissing);
      expect(await postFactor(ada, 'type-activate', { type: 'totp' }, otherCode(code))).toEqual(codeInvalid);
      expect(await postFactor(ada, 'totp-secrets')).toEqual(typeNotFound);
      await activateApp(ada, code);
      expect(await types(ada)).toEqual(typeList(['email', 'activated'], ['totp', 'activated']));
    });

    it('is completed only with the header, of a pending type, with the right code', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'type-verify', {})).toEqual(codeMissing);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, '123456')).toEqual(typeNotFound);
      await postFactor(ada, 'type-activate', { type: 'email' });
      const code = await mailedCode(shop, ada.email);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, otherCode(code))).toEqual(codeInvalid);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, code)).toEqual(done);
    });

    it('is completed only by the session that began it', async () => {
      const ada = await glue.customer();
      const thief = await glue.logIn(ada);
      const code = await activateEmail(ada);
      const app = await enrolApp(ada, code);
      expect(await postFactor(thief, 'totp-secrets')).toEqual(typeNotFound);
      expect(await postFactor(thief, 'type-verify', { type: 'totp' }, app.codeIn(0))).toEqual(typeNotFound);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(0))).toEqual(done);
    });

    it('cannot be completed if it began before the first factor was active', async () => {
      const ada = await glue.customer();
      const thief = await glue.logIn(ada);
      const app = await enrolApp(thief);
      await activateEmail(ada);
      expect(await postFactor(thief, 'type-verify', { type: 'totp' }, app.codeIn(0))).toEqual(typeNotFound);
      expect(await types(ada)).toEqual(typeList(['email', 'activated'], ['totp', 'deactivated']));
    });

    it('can begin again, after which only the newer code is valid', async () => {
      const ada = await glue.customer();
      await postFactor(ada, 'type-activate', { type: 'email' });
      const first = await mailedCode(shop, ada.email);
      await postFactor(ada, 'type-activate', { type: 'email' });
      const second = await mailedCode(shop, ada.email);
      if (first !== second) {
        expect(await postFactor(ada, 'type-verify', { type: 'email' }, first)).toEqual(codeInvalid);
      }
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, second)).toEqual(done);
    });

    it('fails if no code can be mailed: beyond the limit of the address, and without a login e-mail', async () => {
      const ada = await glue.customer();
      for (let n = 0; n < 10; n++) expect(await postFactor(ada, 'type-activate', { type: 'email' })).toEqual(done);
      const code = await mailedCode(shop, ada.email);
      expect(await postFactor(ada, 'type-activate', { type: 'email' })).toEqual(unsent);
      expect(await postFactor(ada, 'type-verify', { type: 'email' }, code)).toEqual(done);
      expect(await postFactor(ada, 'trigger', { type: 'email' })).toEqual(unsent);

      const eve = await glue.customer();
      await rows(shop, 'delete from accounts where email = $1', [eve.email]);
      expect(await postFactor(eve, 'type-activate', { type: 'email' })).toEqual(unsent);
    });
  });

  describe('a code', () => {
    it('is sent to an active type', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'trigger', { type: 'email' })).toEqual(typeNotFound);
      await postFactor(ada, 'type-activate', { type: 'email' });
      expect(await postFactor(ada, 'trigger', { type: 'email' })).toEqual(typeNotFound);
      await postFactor(ada, 'type-verify', { type: 'email' }, await mailedCode(shop, ada.email));
      const before = (await shop.mailsTo(ada.email)).length;
      expect(await postFactor(ada, 'trigger', { type: 'email' })).toEqual(done);
      expect((await shop.mailsTo(ada.email)).length).toBe(before + 1);
    });

    it('of an authenticator app is not sent', async () => {
      const ada = await glue.customer();
      await activateApp(ada);
      const before = (await shop.mailsTo(ada.email)).length;
      expect(await postFactor(ada, 'trigger', { type: 'totp' })).toEqual(done);
      expect((await shop.mailsTo(ada.email)).length).toBe(before);
    });

    it('that was mailed works until it expires after 30 minutes', async () => {
      const ada = await glue.customer();
      await activateEmail(ada);
      const code = await requestCode(ada);
      for (let n = 0; n < 3; n++) await passes(ada, code);
      shop.advanceClock(29 * 60);
      await passes(ada, code);
      shop.advanceClock(61);
      expect(await changeName(ada, code)).toEqual(codeInvalid);
    });

    it('is blocked after three wrong tries, but a new one works', async () => {
      const ada = await glue.customer();
      await activateEmail(ada);
      const code = await requestCode(ada);
      for (let n = 0; n < 2; n++) expect(await changeName(ada, otherCode(code))).toEqual(codeInvalid);
      await passes(ada, code);
      expect(await changeName(ada, otherCode(code))).toEqual(codeInvalid);
      expect(await changeName(ada, code)).toEqual(codeInvalid);
      await passes(ada, await requestCode(ada));
    });

    it('can be tried at most three times by concurrent requests', async () => {
      const ada = await glue.customer();
      await activateEmail(ada);
      const code = await requestCode(ada);
      const guesses = Array.from({ length: 6 }, (_, n) => changeName(ada, otherCode(code, String(n))));
      expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(new Set([403]));
      const [counted] = await rows<{ failures: number }>(
        shop,
        `select f.failures from second_factor_failures f join accounts a using (tenant, customer_id) where a.email = $1`,
        [ada.email],
      );
      expect(counted).toEqual({ failures: 6 });
      expect(await changeName(ada, code)).toEqual(codeInvalid);
    });

    it('does not work after ten wrong ones in an hour, however many codes were mailed', async () => {
      const ada = await glue.customer();
      let code = await activateEmail(ada);
      for (let n = 0; n < 10; n++) {
        if (n % 3 === 0) code = await requestCode(ada);
        expect(await changeName(ada, otherCode(code))).toEqual(codeInvalid);
      }
      expect(await changeName(ada, await requestCode(ada))).toEqual(codeInvalid);
      const elsewhere = await glue.logIn(ada);
      expect(await changeName(elsewhere, await requestCode(elsewhere))).toEqual(codeInvalid);
      shop.advanceClock(HOUR + 1);
      const later = await glue.logIn(ada);
      await passes(later, await requestCode(later));
    });

    it('is counted on every route that accepts a code', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const wrong = otherCode(code);
      for (let n = 0; n < 3; n++) {
        expect(await postFactor(ada, 'type-activate', { type: 'totp' }, wrong)).toEqual(codeInvalid);
        expect(await postFactor(ada, 'type-deactivate', { type: 'email' }, wrong)).toEqual(codeInvalid);
        expect(await postFactor(ada, 'recovery-codes', {}, wrong)).toEqual(codeInvalid);
      }
      await enrolApp(ada, await requestCode(ada));
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, wrong)).toEqual(codeInvalid);
      expect(await changeName(ada, await requestCode(ada))).toEqual(codeInvalid);
    });

    it('belongs to the session and the customer that requested it', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      const code = await activateEmail(ada);
      await activateEmail(eve);
      const elsewhere = await glue.logIn(ada);
      expect(await changeName(elsewhere, code)).toEqual(codeInvalid);
      if (code !== (await mailedCode(shop, eve.email))) expect(await changeName(eve, code)).toEqual(codeInvalid);
      await ada.delete('/refresh-tokens/mine');
      expect(await changeName(await glue.logIn(ada), code)).toEqual(codeInvalid);
    });

    it('stays valid when the session is refreshed', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const { refreshToken } = ada.login;
      const { data } = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      const login = data.attributes as GlueCustomer['login'];
      await passes(new GlueCustomer(shop, ada.reference, ada.email, ada.password, login), code);
    });

    it('is not valid in the session of another company user', async () => {
      const ada = await newCompanyUser(glue, (await newCompanyWithUnits(shop)).berlin);
      const code = await activateEmail(ada);
      const { data } = await ada.post('/company-user-access-tokens', 201, { idCompanyUser: ada.uuid });
      const login = data.attributes as GlueCustomer['login'];
      const switched = new GlueCustomer(shop, ada.reference, ada.email, ada.password, login);
      expect(await changeName(switched)).toEqual(codeMissing);
      expect(await changeName(switched, code)).toEqual(codeInvalid);
      await passes(switched, await requestCode(switched));
    });

    it('of a type that is not active does not work', async () => {
      const ada = await glue.customer();
      const app = await activateApp(ada);
      await postFactor(ada, 'type-activate', { type: 'email' }, app.codeIn(30));
      expect(await changeName(ada, await mailedCode(shop, ada.email))).toEqual(codeInvalid);
    });

    it.each(['', '   '])('that is empty counts as missing: "%s"', async (code) => {
      const ada = await glue.customer();
      await activateEmail(ada);
      expect(await changeName(ada, code)).toEqual(codeMissing);
    });

    it.each(['12345', '1234567', 'abcdef', '123 456', "1' or '1'='1", '%00'])('is not "%s"', async (code) => {
      const ada = await glue.customer();
      await activateEmail(ada);
      expect(await changeName(ada, code)).toEqual(codeInvalid);
    });

    it('is stored as a hash only', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const app = await enrolApp(ada, code);
      const codes = await recoveryCodes(ada, code);
      const stored = JSON.stringify(
        await Promise.all(
          ['second_factors', 'second_factor_codes', 'recovery_codes'].map((table) =>
            rows(shop, `select to_jsonb(t)::text as row from ${table} t`),
          ),
        ),
      );
      for (const secret of [`"${code}"`, ...codes, app.secret, Buffer.from(app.secret).toString('hex')]) {
        expect(stored).not.toContain(secret);
      }
    });
  });

  describe('an authenticator app', () => {
    it('gets its secret as text, URI and QR code', async () => {
      const ada = await glue.customer();
      await postFactor(ada, 'type-activate', { type: 'totp' });
      const created = await postFactor(ada, 'totp-secrets');
      expect(created).toEqual(
        glueResponse(201, {
          data: {
            type: 'multi-factor-auth-totp-secrets',
            id: null,
            attributes: {
              secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
              uri: expect.any(String),
              qrCode: expect.stringMatching(/^<svg [^]*<\/svg>$/),
            },
            links: { self: 'http://foyer.test/multi-factor-auth-totp-secrets' },
          },
        }),
      );
      const { secret, uri } = (created.body as ResourceDocument).data.attributes;
      expect(uri).toBe(
        `otpauth://totp/shop:${ada.reference}?issuer=shop&secret=${String(secret)}&algorithm=SHA1&digits=6&period=30`,
      );
    });

    it('gets its secret only while the activation is pending', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'totp-secrets')).toEqual(typeNotFound);
      const app = await enrolApp(ada);
      const second = await postFactor(ada, 'totp-secrets');
      expect(second.status).toBe(201);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(0))).toEqual(codeInvalid);
      await activateApp(ada);
      expect(await postFactor(ada, 'totp-secrets')).toEqual(alreadyActive);
    });

    it('cannot be verified before it has a secret', async () => {
      const ada = await glue.customer();
      await postFactor(ada, 'type-activate', { type: 'totp' });
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, '123456')).toEqual(codeInvalid);
    });

    it('has codes that each work once', async () => {
      const ada = await glue.customer();
      const app = await enrolApp(ada);
      const used = app.codeIn(0);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, used)).toEqual(done);
      expect(await changeName(ada, used)).toEqual(codeInvalid);
      const next = app.codeIn(30);
      await passes(ada, next);
      expect(await changeName(ada, next)).toEqual(codeInvalid);
      expect(await changeName(ada, used)).toEqual(codeInvalid);
    });

    it('has codes that each work once for concurrent requests', async () => {
      const ada = await glue.customer();
      const app = await activateApp(ada);
      const code = app.codeIn(30);
      const statuses = (await Promise.all([1, 2, 3, 4].map(() => changeName(ada, code)))).map(({ status }) => status);
      expect(statuses.sort()).toEqual([200, 403, 403, 403]);
    });

    it('has codes that are valid one time step of 30 seconds earlier and later', async () => {
      const ada = await glue.customer();
      const app = await enrolApp(ada);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(-90))).toEqual(codeInvalid);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(90))).toEqual(codeInvalid);
      // The clock must not enter the next step between the code and its comparison.
      await shop.withFrozenClock(async () => {
        expect(await postFactor(ada, 'type-verify', { type: 'totp' }, app.codeIn(-30))).toEqual(done);
        await passes(ada, app.codeIn(30));
      });
    });
  });

  describe('recovery codes', () => {
    it('are ten, and each works once in place of a code', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      expect(await postFactor(ada, 'recovery-codes')).toEqual(codeMissing);
      expect(await postFactor(ada, 'recovery-codes', {}, otherCode(code))).toEqual(codeInvalid);
      const created = await postFactor(ada, 'recovery-codes', {}, code);
      expect(created).toEqual(
        glueResponse(201, {
          data: {
            type: 'multi-factor-auth-recovery-codes',
            id: null,
            attributes: {
              codes: Array.from({ length: 10 }, () => expect.stringMatching(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/) as unknown),
            },
            links: { self: 'http://foyer.test/multi-factor-auth-recovery-codes' },
          },
        }),
      );
      const [first = '', second = ''] = (created.body as ResourceDocument).data.attributes.codes as string[];
      await passes(ada, first);
      expect(await changeName(ada, first)).toEqual(codeInvalid);
      await passes(await glue.logIn(ada), second.toLowerCase().replace('-', ' '));
    });

    it('each work once for concurrent requests', async () => {
      const ada = await glue.customer();
      const [recovery = ''] = await recoveryCodes(ada, await activateEmail(ada));
      const uses = await Promise.all([1, 2, 3, 4].map(() => changeName(ada, recovery)));
      expect(uses.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
    });

    it('do not exist without an active factor', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'recovery-codes', {}, '123456')).toEqual(typeNotFound);
    });

    it('are replaced by new ones', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const [old = ''] = await recoveryCodes(ada, code);
      const [next = ''] = await recoveryCodes(ada, code);
      expect(await changeName(ada, old)).toEqual(codeInvalid);
      await passes(ada, next);
    });

    it('do not complete an activation', async () => {
      const ada = await glue.customer();
      const [recovery = '', other = ''] = await recoveryCodes(ada, await activateEmail(ada));
      await enrolApp(ada, recovery);
      expect(await postFactor(ada, 'type-verify', { type: 'totp' }, other)).toEqual(codeInvalid);
    });

    it('of another customer do not work', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      const [recovery = ''] = await recoveryCodes(ada, await activateEmail(ada));
      await activateEmail(eve);
      expect(await changeName(eve, recovery)).toEqual(codeInvalid);
    });

    it('deactivate a lost factor, and become invalid with the last one', async () => {
      const ada = await glue.customer();
      const app = await activateApp(ada);
      const [first = '', second = ''] = await recoveryCodes(ada, app.codeIn(30));
      expect(await postFactor(ada, 'type-deactivate', { type: 'totp' }, first)).toEqual(done);
      await activateEmail(ada);
      expect(await changeName(ada, second)).toEqual(codeInvalid);
    });
  });

  describe('the deactivation', () => {
    it('requires the header, an active type and its code', async () => {
      const ada = await glue.customer();
      expect(await postFactor(ada, 'type-deactivate', {})).toEqual(codeMissing);
      expect(await postFactor(ada, 'type-deactivate', { type: 'email' }, '123456')).toEqual(typeNotFound);
      await postFactor(ada, 'type-activate', { type: 'email' });
      expect(await postFactor(ada, 'type-deactivate', { type: 'email' }, '123456')).toEqual(typeNotFound);
      await postFactor(ada, 'type-verify', { type: 'email' }, await mailedCode(shop, ada.email));
      const code = await requestCode(ada);
      expect(await postFactor(ada, 'type-deactivate', { type: 'email' }, otherCode(code))).toEqual(codeInvalid);
      expect(await postFactor(ada, 'type-deactivate', { type: 'email' }, code)).toEqual(done);
      expect(await types(ada)).toEqual(typeList(['email', 'deactivated'], ['totp', 'deactivated']));
      expect((await changeName(ada)).status).toBe(200);
    });

    it('of one of two types leaves the other one', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const app = await activateApp(ada, code);
      const [recovery = ''] = await recoveryCodes(ada, code);
      expect(await postFactor(ada, 'type-deactivate', { type: 'totp' }, code)).toEqual(done);
      expect(await changeName(ada)).toEqual(codeMissing);
      expect(await changeName(ada, app.codeIn(30))).toEqual(codeInvalid);
      await passes(ada, code);
      await passes(ada, recovery);
    });
  });

  describe('protect', () => {
    interface Protected {
      method: string;
      path: (ada: GlueCustomer, address: string) => string;
      attributes?: (ada: GlueCustomer) => Body;
      status: number;
    }
    const address = {
      ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
      ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
    };
    const next = 'another long password';
    const routes: [string, Protected][] = [
      [
        'PATCH /customers/{customerReference}',
        { method: 'PATCH', path: ({ path }) => path, attributes: () => ({ firstName: 'Augusta' }), status: 200 },
      ],
      [
        'PATCH /customer-password/{customerReference}',
        {
          method: 'PATCH',
          path: ({ reference }) => `/customer-password/${reference}`,
          attributes: ({ password }) => ({ password, newPassword: next, confirmPassword: next }),
          status: 204,
        },
      ],
      [
        'POST /customers/{customerReference}/addresses',
        { method: 'POST', path: ({ path }) => `${path}/addresses`, attributes: () => address, status: 201 },
      ],
      [
        'PATCH /customers/{customerReference}/addresses/{addressId}',
        {
          method: 'PATCH',
          path: ({ path }, id) => `${path}/addresses/${id}`,
          attributes: () => ({ city: 'Paris' }),
          status: 200,
        },
      ],
      [
        'DELETE /customers/{customerReference}/addresses/{addressId}',
        { method: 'DELETE', path: ({ path }, id) => `${path}/addresses/${id}`, status: 204 },
      ],
      ['DELETE /customers/{customerReference}', { method: 'DELETE', path: ({ path }) => path, status: 204 }],
    ];

    it.each(routes)('%s', async (_name, { method, path, attributes, status }) => {
      const ada = await glue.customer();
      const { data } = await ada.post(`${ada.path}/addresses`, 201, address);
      const code = await activateEmail(ada);
      const send = (headers: Record<string, string>) =>
        ada.send(method, path(ada, data.id), { attributes: attributes?.(ada), headers });
      expect(await send({})).toEqual(codeMissing);
      expect(await send(withCode(otherCode(code)))).toEqual(codeInvalid);
      expect(await ada.send('GET', ada.path)).toMatchObject({ status: 200, body: { data: { id: ada.reference } } });
      expect((await ada.get<CollectionDocument>(`${ada.path}/addresses`)).data).toHaveLength(1);
      expect((await send(withCode(code))).status).toBe(status);
    });

    it('a sign-up with the token of the customer, but not an anonymous one', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const signUp = (client: GlueClient, headers: Record<string, string> = {}) =>
        client.send('POST', '/customers', { attributes: glue.person(), headers });
      expect(await signUp(ada)).toEqual(codeMissing);
      expect(await signUp(ada, withCode(otherCode(code)))).toEqual(codeInvalid);
      expect(await ada.send('POST', '/customers', { attributes: glue.person({ gender: 'x' }) })).toMatchObject({
        status: 422,
      });
      expect((await signUp(ada, withCode(code))).status).toBe(201);
      expect((await signUp(glue.unauthenticated)).status).toBe(201);
      expect((await signUp(await glue.customer())).status).toBe(201);
    });

    it.each<[string, (path: string) => string]>([
      ['a trailing slash', (path) => `${path}/`],
      ['an encoded letter', (path) => path.replace('customers', 'c%75stomers')],
      ['a query', (path) => `${path}?include=addresses`],
    ])('a path with %s', async (_name, variant) => {
      const ada = await glue.customer();
      await activateEmail(ada);
      const send = (method: string, body?: Body) => ada.send(method, variant(ada.path), { body });
      expect(await send('PATCH', resource('customers', { firstName: 'Eve' }))).toEqual(codeMissing);
      expect(await send('DELETE')).toEqual(codeMissing);
    });

    it('every route for customers that is not a GET, except for those of sessions and of the factors themselves', () => {
      const changes = glueOperations.filter(({ method, tokens }) => method !== 'GET' && tokens.includes('customer'));
      const own = /^(DELETE \/refresh-tokens\/|POST \/company-user-access-tokens|POST \/multi-factor-auth-)/;
      const names = changes.map(({ name }) => name).filter((name) => !own.test(name));
      expect(names.sort()).toEqual(routes.map(([name]) => name).sort());
    });

    it('nothing before the attributes are valid and the reference is that of the caller', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      await activateEmail(ada);
      expect(await ada.send('PATCH', ada.path, { attributes: { gender: 'x' } })).toMatchObject({ status: 422 });
      expect(await ada.send('PATCH', eve.path, { attributes: { firstName: 'Eve' } })).toMatchObject({
        body: { errors: [{ code: '411' }] },
      });
      expect(await ada.send('DELETE', `${ada.path}/addresses/unknown`)).toEqual(codeMissing);
    });

    it('neither reads, nor login, refresh and logout', async () => {
      const ada = await glue.customer();
      await activateEmail(ada);
      await ada.get(ada.path);
      await ada.get('/customers');
      await ada.get(`${ada.path}/addresses`);
      const again = await glue.logIn(ada);
      const { refreshToken } = again.login;
      await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      await ada.delete('/refresh-tokens/mine');
    });

    it('nothing of customers without a factor, with or without the header', async () => {
      const ada = await glue.customer();
      expect((await changeName(ada)).status).toBe(200);
      expect((await changeName(ada, '123456')).status).toBe(200);
    });

    it('against an employee who acts for the customer', async () => {
      const ada = await glue.customer();
      const code = await activateEmail(ada);
      const { data } = await (
        await glue.agent()
      ).post('/agent-customer-impersonation-access-tokens', 201, { customerReference: ada.reference });
      const login = data.attributes as GlueCustomer['login'];
      const acting = new GlueCustomer(shop, ada.reference, ada.email, ada.password, login);
      expect(await changeName(acting)).toEqual(codeMissing);
      expect(await changeName(acting, code)).toEqual(codeInvalid);
      await passes(acting, await requestCode(acting));
    });

    it('themselves from an employee who acts for the customer', async () => {
      const ada = await glue.customer();
      const { data } = await (
        await glue.agent()
      ).post('/agent-customer-impersonation-access-tokens', 201, { customerReference: ada.reference });
      const acting = new GlueClient(shop, String(data.attributes.accessToken));
      for (const name of ['type-activate', 'type-verify', 'type-deactivate', 'totp-secrets', 'recovery-codes']) {
        expect(await postFactor(acting, name, { type: 'totp' }, '123456')).toEqual(missingToken);
      }
      expect(await types(acting)).toEqual(typeList(['email', 'deactivated'], ['totp', 'deactivated']));
    });

    it('without a query for customers without a factor', async () => {
      const ada = await glue.customer();
      const statements = await recordQueries(shop);
      const sent = await queriesOf(shop, statements, () => ada.delete(`${ada.path}/addresses/unknown`, 404));
      expect(sent).toHaveLength(2);
    });
  });

  it('are deleted with the customer', async () => {
    const ada = await glue.customer();
    const code = await activateEmail(ada);
    await recoveryCodes(ada, code);
    await changeName(ada, otherCode(code));
    const tables = ['second_factors', 'second_factor_codes', 'second_factor_failures', 'recovery_codes'];
    const [owner] = await rows<{ id: string }>(shop, 'select customer_id as id from accounts where email = $1', [
      ada.email,
    ]);
    const count = async (): Promise<number[]> =>
      Promise.all(
        tables.map(
          async (table) => (await rows(shop, `select 1 from ${table} where customer_id = $1`, [owner?.id])).length,
        ),
      );
    expect(await count()).toEqual([1, 1, 1, 10]);
    expect((await ada.send('DELETE', ada.path, { headers: withCode(code) })).status).toBe(204);
    expect(await count()).toEqual([0, 0, 0, 0]);
  });
});

describe('second factors at a strict tenant', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ strict: true, activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('have mailed codes that work once, including that of the activation', async () => {
    const ada = await glue.customer();
    const change = (code: string) =>
      ada.send('PATCH', ada.path, { attributes: { firstName: 'Augusta' }, headers: withCode(code) });
    const first = await activateEmail(ada);
    expect(await change(first)).toEqual(codeInvalid);
    const second = await requestCode(ada);
    expect((await change(second)).status).toBe(200);
    expect(await change(second)).toEqual(codeInvalid);
    const third = await requestCode(ada);
    const statuses = (await Promise.all([1, 2, 3].map(() => change(third)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 403, 403]);
  });
});
