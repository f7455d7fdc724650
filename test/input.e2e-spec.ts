import { bodyFor } from './support/bodies.js';
import { type Operation, operations, urlOf } from './support/document.js';
import { invalidFields, expectCompanyError, expectErrorMessage } from './support/errors.js';
import { type Response, type Body, type LoggedInCustomer, Shop } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

const MEGABYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

const operationsWithBody = operations.filter(({ body }) => body);

/** Bodies that must not be parsed as a JSON object. */
const invalidBodies: [string, string][] = [
  ['half an object', '{"email": '],
  ['a missing comma', '{"a": 1 "b": 2}'],
  ['single quotes', "{'a': 1}"],
  ['a trailing comma', '{"a": 1,}'],
  ['NaN', '{"a": NaN}'],
  ['a comment', '{/* a */}'],
  ['a raw line feed in a string', '{"a": "x\ny"}'],
  ['text behind the object', '{} {}'],
  ['__proto__', '{"__proto__": {"active": true}}'],
  ['__proto__ in escapes', '{"\\u005f_proto__": {"active": true}}'],
  ['__proto__ below', '{"mixins": {"__proto__": {"active": true}}}'],
  ['constructor.prototype', '{"constructor": {"prototype": {"active": true}}}'],
  ['an array', '[]'],
  ['an array of objects', '[{"firstName": "Eve"}]'],
  ['a string', '"firstName"'],
  ['a number', '5'],
  ['null', 'null'],
  ['true', 'true'],
  ['blanks', '   '],
  ['a NUL in a key', '{"a\\u0000": 1}'],
  ['half a surrogate pair in a key', '{"a\\ud800": 1}'],
];

describe('input validation', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  /** A caller for each kind of token. */
  const callers = {
    anonymous: () => shop.visitor(),
    customer: (ada: LoggedInCustomer) => ada,
    // An employee, since a service cannot act for customers.
    staff: () => shop.employee(),
  };
  const caller = async (operation: Operation, ada: LoggedInCustomer): Promise<(body: unknown) => Promise<Response>> => {
    // Among customers, only company Admins may call staff routes.
    const kind = operation.tokens.includes('staff') ? 'staff' : (operation.tokens[0] ?? 'anonymous');
    const { token } = await callers[kind](ada);
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' });
    const sessionId = ada.login.session_id;
    const mail = { kind: 'password-reset', language: 'en' };
    const url = urlOf(operation, { tenant: shop.tenant, addressId: id, customerNumber: ada.id, sessionId, ...mail });
    return (body) =>
      shop.send(operation.method, url, { body, headers: { authorization: `Bearer ${token}`, ...JSON_TYPE } });
  };

  describe.each(operationsWithBody.map((operation) => [operation.name, operation] as const))(
    '%s',
    (_name, operation) => {
      const isCompanyRoute = operation.path.startsWith('/customer-management/');
      const expectError = isCompanyRoute ? expectCompanyError : expectErrorMessage;

      // Resets the settings that the requests have changed, such as `strict`, for the following tests.
      afterAll(async () => {
        if (!operation.path.endsWith('/settings')) return;
        await shop.addTenant(shop.tenant);
        shop.advanceClock(10);
      });

      it('rejects a body that is not a JSON object, and stores nothing', async () => {
        const call = await caller(operation, await shop.customer());
        const before = await databaseFingerprint(shop);
        for (const [what, body] of invalidBodies) {
          const response = await call(body);
          expect({ what, status: response.status }).toEqual({ what, status: 400 });
          expectError(response);
        }
        expect(await databaseFingerprint(shop)).toEqual(before);
      });

      it('names each string field that has the wrong type, is too long or cannot be stored', async () => {
        const ada = await shop.customer();
        const call = await caller(operation, ada);
        const texts = Object.entries(operation.body ?? {}).filter(([, { type }]) => type === 'string');
        for (const [property] of texts) {
          for (const value of [5, true, {}, { a: 1 }, [], ['x'], 'x'.repeat(100_000), 'a\0b', 'a\ud800b', '\udc00']) {
            const response = await call({ ...bodyFor(operation, ada, shop.person()), [property]: value });
            expectError(response);
            expect({ value, fields: invalidFields(response) }).toEqual({ value, fields: [property] });
          }
        }
      });

      it('returns no 5xx for any other value in any property', async () => {
        const ada = await shop.customer();
        const call = await caller(operation, ada);
        const odd: unknown[] = [
          null,
          '',
          0,
          -1,
          1e300,
          true,
          'x',
          [],
          [[]],
          [{}],
          [null],
          {},
          { a: 1 },
          { constructor: null },
          { then: 1 },
        ];
        for (const property of Object.keys(operation.body ?? {})) {
          for (const value of odd) {
            const response = await call({ ...bodyFor(operation, ada, shop.person()), [property]: value });
            const broken = response.status >= 500;
            expect({ property, value, broken }).toEqual({ property, value, broken: false });
            if (response.status >= 400 && response.status !== 401) expectError(response, response.status);
          }
        }
      });
    },
  );

  it('reports errors in nested objects with their path', async () => {
    const visitor = await shop.visitor();
    const { email, password } = shop.person();
    const signUp = async (more: Body): Promise<unknown[]> => {
      const response = await visitor.send('POST', '/signup', { body: { email, password, ...more } });
      expectErrorMessage(response);
      return invalidFields(response);
    };
    expect(await signUp({ customerDetails: { contactEmail: 'x' } })).toEqual(['customerDetails.contactEmail']);
    expect(await signUp({ customerDetails: { b2b: { companyRegistrationId: 5 } } })).toEqual([
      'customerDetails.b2b.companyRegistrationId',
    ]);
    expect(await signUp({ customerAddress: { city: 'Berlin' } })).toEqual(['customerAddress.contactName']);
    expect(await signUp({ customerDetails: { mixins: { a: { b: ['\0'] } } } })).toEqual([
      'customerDetails.mixins.a.b.0',
    ]);
    expect(await signUp({ signup: { email: shop.person().email } })).toEqual(['signup.password']);
    await visitor.post('/signup', 201, { email, password });
  });

  it.each<[string, unknown[]]>([
    ['customerDetails', [{ firstName: 'Ada' }]],
    ['customerAddress', [{ contactName: 'Ada' }]],
    ['signup', [{ email: 'ada@example.com', password: 'old secret words' }]],
  ])('rejects an array for %s at sign-up', async (property, list) => {
    const visitor = await shop.visitor();
    const responses = [];
    for (const value of [[], [[]], list]) {
      responses.push(await visitor.send('POST', '/signup', { body: { ...shop.person(), [property]: value } }));
    }
    expect(responses.map(({ status }) => status)).toEqual([400, 400, 400]);
    for (const response of responses) expectErrorMessage(response);
  });

  it('names every missing field', async () => {
    const visitor = await shop.visitor();
    expect(invalidFields(await visitor.send('POST', '/login', { body: {} }))).toEqual(['email', 'password']);
    expect(invalidFields(await visitor.send('POST', '/login'))).toEqual(['email', 'password']);
    expect(invalidFields(await visitor.send('POST', '/signup', { body: {} }))).toEqual(['email', 'password']);
    expect(invalidFields(await visitor.send('GET', '/refreshauthtoken'))).toEqual(['refreshToken']);
    const login = await shop.send('GET', '/customerlogin/auth/anonymous/login');
    expectErrorMessage(login);
    expect(invalidFields(login)).toEqual(['tenant', 'client_id']);
    const token = await shop.send('POST', '/oauth/token');
    expect([token.status, token.body]).toMatchObject([400, { type: 'validation_failure', error: 'invalid_request' }]);
    expect(invalidFields(token)).toEqual(['grant_type']);
  });

  it.each([
    ['an e-mail address longer than 254 octets', `${'a'.repeat(64)}@${'日本語漢字仮名交文.'.repeat(6)}example`],
    ['an e-mail address longer than 254 octets, in ASCII', `${'a'.repeat(64)}@${'abcdefghi.'.repeat(19)}example`],
    ['an e-mail address that the mail server would read as two', 'ada@example.com,eve@example.com'],
    ['an e-mail address with a name', 'Ada <ada@example.com>'],
    ['an e-mail address with a line break', 'ada@example.com\r\nBcc: eve@example.com'],
  ])('rejects %s', async (_what, email) => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    const { password } = shop.person();
    expectErrorMessage(await visitor.send('POST', '/signup', { body: { email, password } }));
    const body = { email: ada.email, password: ada.password, newEmail: email };
    expectErrorMessage(await ada.send('POST', '/me/accounts/internal/email/change', { body }));
  });

  it('rejects a body of more than a megabyte', async () => {
    const ada = await shop.customer();
    const response = await ada.send('PATCH', '/me', { body: { firstName: 'x'.repeat(MEGABYTE) } });
    expectErrorMessage(response, 413);
    expect(response.body.type).toBe('payload_too_large');
    const { status, body } = await shop.send('POST', '/oauth/token', {
      body: `client_id=${'x'.repeat(MEGABYTE)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([status, body]).toMatchObject([413, { type: 'payload_too_large', error: 'invalid_request' }]);
  });

  it.each([40, 1000, 100_000])('rejects JSON that is nested %d levels deep', async (depth) => {
    const ada = await shop.customer();
    const nested = `{"mixins": {"a": ${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    expectErrorMessage(await ada.send('PATCH', '/me', { body: nested, headers: JSON_TYPE }));
    const objects = `{"mixins": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    expectErrorMessage(await ada.send('PATCH', '/me', { body: objects, headers: JSON_TYPE }));
  });

  it('returns a short response for a body with 100,000 errors', async () => {
    const ada = await shop.customer();
    const response = await ada.send('PATCH', '/me', { body: { mixins: { a: Array(100_000).fill('\0') } } });
    expectErrorMessage(response);
    expect(response.text.length).toBeLessThan(64 * 1024);
  });

  it.each([
    ['text/plain', '{"firstName": "Eve"}'],
    ['application/xml', '<firstName>Eve</firstName>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/x-www-form-urlencoded', 'firstName=Eve'],
    ['nonsense', '{"firstName": "Eve"}'],
  ])('rejects a body of the type %s', async (type, body) => {
    const ada = await shop.customer();
    const response = await ada.send('PATCH', '/me', { body, headers: { 'content-type': type } });
    expectErrorMessage(response, 415);
    expect(response.body.type).toBe('unsupported_media_type');
    expect(await ada.get('/me')).not.toHaveProperty('firstName');
  });

  it('ignores an empty JSON body where no body is required', async () => {
    const ada = await shop.customer();
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, {});
    expect((await ada.send('DELETE', `/me/addresses/${id}`, { headers: JSON_TYPE })).status).toBe(204);
    expect((await ada.send('GET', '/me', { headers: JSON_TYPE })).status).toBe(200);
  });

  it('ignores a leading byte order mark, as RFC 8259 allows', async () => {
    const ada = await shop.customer();
    const response = await ada.send('PATCH', '/me', { body: '\ufeff{"firstName": "Ada"}', headers: JSON_TYPE });
    expect(response.status).toBe(200);
    expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada' });
    expectErrorMessage(await ada.send('PATCH', '/me', { body: '\ufeff', headers: JSON_TYPE }));
  });

  it.each([
    ['Latin-1', Buffer.from('{"firstName":"J\xfcrgen"}', 'latin1')],
    ['a truncated character', Buffer.from('{"firstName":"J\xc3"}', 'latin1')],
    ['a surrogate in UTF-8', Buffer.from('{"firstName":"\xed\xa0\x80"}', 'latin1')],
    ['UTF-16', Buffer.from('\ufeff{"firstName":"J\xfcrgen"}', 'utf16le')],
  ])('rejects a body in %s', async (_encoding, body) => {
    const ada = await shop.customer();
    for (const type of ['application/json', 'application/merge-patch+json', 'application/json; charset=iso-8859-1']) {
      const response = await ada.send('PATCH', '/me', { body, headers: { 'content-type': type } });
      expectErrorMessage(response);
      expect(response.body.message).toBe('the body must be encoded in UTF-8');
    }
    expect(await ada.get('/me')).not.toHaveProperty('firstName');
    const glue = await shop.send('POST', '/access-tokens', { body, headers: JSON_TYPE });
    expect([glue.status, glue.body]).toEqual([
      400,
      { errors: [{ status: 400, detail: 'Post data is invalid: the body must be encoded in UTF-8.' }] },
    ]);
    const response = await ada.send('PATCH', '/me', {
      body: Buffer.from('{"firstName":"J\xfcrgen"}'),
      headers: JSON_TYPE,
    });
    expect(response.status).toBe(200);
    expect(await ada.get('/me')).toMatchObject({ firstName: 'J\xfcrgen' });
  });

  it.each([
    ['GET', '/customer/shop/me?expand=%00', 400],
    ['GET', '/customer/shop/me?expand=a&expand=b', 400],
    ['GET', '/customer/shop/me?expand[]=addresses&expand[a]=b', 200],
    ['GET', '/customer/shop/me?%00=x', 400],
    ['GET', '/customer/shop/me/addresses/%00', 400],
    ['GET', '/customer/shop/me/addresses/a%00b', 400],
    ['GET', '/customer/shop/me/addresses/%ED%A0%80', 400],
    ['GET', '/customer/shop/me/addresses/%E0%A4%A', 400],
    ['GET', '/customer/shop/me/addresses/%', 400],
    ['GET', "/customer/shop/me/addresses/'%20or%201=1", 404],
    ['GET', '/customer/shop/me/addresses/..%2F..%2Fme', 404],
    ['POST', '/customer/shop/me/addresses/x/tags?tags=%00', 400],
    ['GET', '/customer/%00/me', 400],
    ['GET', '/customer/SHOP/me', 400],
    ['GET', '/customer/nobody/me', 400],
    ['GET', '/customer/shop%2Fx/me', 400],
    ['GET', '/customer/__proto__/me', 400],
    ['GET', '/customer/constructor/me', 400],
    ['GET', '/customerlogin/auth/anonymous/login?tenant=%00&client_id=x', 400],
    ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=%00', 400],
    ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront&currency=%00', 400],
    ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=a&client_id=b', 400],
    ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=__proto__', 400],
    ['GET', '/mailbox/messages?to=%00', 400],
    ['GET', '/admin/nowhere', 404],
    ['GET', '/customer-management/shop', 404],
    ['GET', '/customer-management/shop/nowhere', 404],
    ['GET', '/customer-management/nobody/legal-entities', 400],
    ['GET', '/customer-management/shop/legal-entities/%00', 400],
    ['GET', '/customer-management/shop/legal-entities/%', 400],
    ['GET', '/customer/shop', 404],
    ['GET', '/customer/shop/nowhere', 404],
    ['POST', '/customer/shop/me', 404],
    ['HEAD', '/customer/shop/me', 200],
    ['HEAD', '/customer/shop/nowhere', 404],
    ['TRACE', '/customer/shop/me', 404],
    ['PROPFIND', '/customer/shop/me', 404],
  ])('responds to %s %s with %d', async (method, url, status) => {
    const { token } = await shop.customer();
    const response = await shop.send(method, url, { headers: { authorization: `Bearer ${token}` } });
    if (status === 200 || method === 'HEAD') expect(response.status).toBe(status);
    else (url.startsWith('/customer-management/') ? expectCompanyError : expectErrorMessage)(response, status);
  });

  it('rejects a path or query parameter that is too long', async () => {
    const ada = await shop.customer();
    expect(invalidFields(await ada.send('GET', `/me?expand=${'x'.repeat(1001)}`))).toEqual(['expand']);
    expectErrorMessage(await ada.send('GET', `/me/addresses/${'x'.repeat(8001)}`), 414);
  });

  it('stores and returns special characters unchanged', async () => {
    const ada = await shop.customer();
    for (const text of [
      "O'Brien",
      'a\\',
      "\\' or 1=1 --",
      '$1 ? ?? :name ${x} {{x}}',
      '%_',
      'é𝄞\u200b\r\n\t',
      '{a,b}',
      'null',
    ]) {
      // A link with invisible characters is rejected.
      const link = text.includes('\u200b') ? 'schema' : text;
      await ada.patch('/me', 200, {
        firstName: text,
        mixins: { a: { [text]: text } },
        metadata: { mixins: { a: link } },
      });
      expect(await ada.get('/me?expand=mixin:*')).toMatchObject({
        firstName: text,
        mixins: { a: { [text]: text } },
        metadata: { mixins: { a: link } },
      });
      const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { street: text });
      await ada.patch(`/me/addresses/${id}`, 200, { city: text });
      expect(await ada.get(`/me/addresses/${id}`)).toMatchObject({ street: text, city: text });
    }
  });
});
