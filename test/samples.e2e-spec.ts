import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { hashPassword } from '../src/credentials/password-hash.js';
import { Employee } from '../src/employee/employee.entity.js';
import { assignCustomer, member, newCompany, newLocation } from './support/companies.js';
import { type Operation, glueOperations, operations, urlOf } from './support/document.js';
import { Glue } from './support/glue.js';
import { rows } from './support/rows.js';
import { type Api, type Sample, examplesOfTexts, mapsWithoutExample, optionsOf, samplesOf } from './support/samples.js';
import { activateEmail, addFactor, mailedCode, postFactor } from './support/second-factor.js';
import { type ApiClient, type LoggedInCustomer, Shop } from './support/shop.js';

/** The password of all examples. */
const PASSWORD = 'password123';
const EMAIL_CHANGE = '/me/accounts/internal/email/change';
/** A tenant whose customers confirm their e-mail, and its store. */
const CONFIRMING = { tenant: 'confirming', store: 'CONFIRMING' };

/** The examples that do not return their 2xx, by name, with the reason. */
const exceptions: Record<string, string> = {
  'POST /customer/{tenant}/me/identities: a code of a provider': 'Requires a login at an identity provider.',
  'POST /customer/{tenant}/me/identities: a token of another system': 'Requires the token of another system.',
  'POST /customer/{tenant}/me/identities/confirm: token': 'Requires a login at an identity provider.',
  'POST /customer/{tenant}/socialLogin: redirect_uri': 'Requires a login at an identity provider.',
  'POST /customer/{tenant}/socialLogin: state': 'Requires a login at an identity provider.',
};

interface Example {
  name: string;
  operation: Operation;
  api: Api;
  sample?: Sample;
  query?: Record<string, string>;
}

/** Every documented example: bodies, and values of optional query parameters. */
const examples: Example[] = (['emporix', 'glue'] as const).flatMap((api) =>
  (api === 'glue' ? glueOperations : operations).flatMap((operation): Example[] => {
    const { name, method, path } = operation;
    const types = ['application/json', 'application/x-www-form-urlencoded'];
    const bodies = samplesOf(api, method, path).filter(({ contentType }) => types.includes(contentType));
    const options = optionsOf(api, method, path).filter(({ schema }) => schema.example !== undefined);
    return [
      ...bodies.map((sample) => ({ name: `${name}: ${sample.name}`, operation, api, sample })),
      ...options.map(({ name: option, schema }) => ({
        ...{ name: `${name}: ${option}`, operation, api },
        query: { [option]: String(schema.example) },
      })),
    ];
  }),
);

describe('the examples of the API documents', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    const stores = [
      { code: 'DE', tenant: 'shop' },
      { code: CONFIRMING.store, tenant: CONFIRMING.tenant },
    ];
    shop = await Shop.open({ activation: 'none' }, { stores, glueHealthCheck: true });
    glue = new Glue(shop);
    await shop.addTenant(CONFIRMING.tenant, { activation: 'email' });
    await shop.signUp({ email: 'ada@demo.example', password: PASSWORD });
    const passwordHash = await hashPassword(PASSWORD);
    const staff = { tenant: shop.tenant, id: randomUUID(), email: 'staff@demo.example', role: 'admin' as const };
    await shop.app
      .get(EntityManager)
      .fork()
      .insert(Employee, { ...staff, passwordHash, createdAt: new Date() });
  }, 60_000);
  afterAll(() => shop.close());

  /** Some routes accept only an employee in person, not a service. */
  const callerOf = async ({ tokens, path }: Operation, api: Api, ada: LoggedInCustomer): Promise<ApiClient> => {
    if (tokens.includes('staff')) {
      const isPersonal = api === 'glue' || /\/assisted-?buying.login$|^\/admin\/{tenant}\/me\b/.test(path);
      return isPersonal ? shop.employee('admin') : shop.serviceClient();
    }
    if (tokens.includes('customer')) return ada;
    return tokens.length > 0 ? shop.visitor() : shop.unauthenticated;
  };

  const referenceOf = async ({ id }: LoggedInCustomer): Promise<string> => {
    const [row] = await rows<{ reference: string }>(shop, 'select reference from customers where id = $1', [id]);
    return row?.reference ?? '';
  };

  /** Creates what the path and the angle brackets of a body refer to. @returns the values by name */
  const valuesFor = async ({ ids }: Operation, ada: LoggedInCustomer, body: string): Promise<Values> => {
    const values: Values = { tenant: shop.tenant, customerNumber: ada.id, 'customer number': ada.id };
    values['customer reference'] = values.customerReference = await referenceOf(ada);
    values['client secret'] = 'the secret of the service';
    values['refresh token'] = ada.login.refresh_token;
    if (body.includes('"<token>"')) values.token = (await shop.serviceClient()).token ?? '';
    if (ids.includes('addressId')) {
      values.addressId = (await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' })).id;
    }
    if (ids.includes('type')) {
      await addFactor(shop, ada);
      values.type = 'email';
    }
    if (ids.includes('sessionId')) values.sessionId = ada.login.session_id;
    if (body.includes('<id of a legal entity>')) values['id of a legal entity'] = await newCompany(shop);
    if (ids.includes('legalEntityId')) values.legalEntityId = await newCompany(shop);
    if (ids.includes('contactAssignmentId')) {
      values.contactAssignmentId = await assignCustomer(shop, await shop.signUp(), await newCompany(shop));
    }
    if (body.includes('<id of a company user>')) {
      const id = await assignCustomer(shop, ada, await newCompany(shop));
      const found = await rows<{ uuid: string }>(shop, 'select uuid from contact_assignments where id = $1', [id]);
      values['id of a company user'] = found[0]?.uuid ?? '';
    }
    if (ids.includes('locationId')) values.locationId = await newLocation(shop);
    // A kind without a link, as in the example.
    if (ids.includes('kind')) Object.assign(values, { kind: 'awaiting-activation', language: 'de' });
    if (ids.includes('employeeId')) values.employeeId = (await shop.createEmployee('viewer')).id;
    if (ids.includes('clientId')) {
      const { token } = await shop.serviceClient();
      const created = await shop.send('POST', `/admin/${shop.tenant}/clients`, {
        body: { name: randomUUID(), kind: 'service' },
        headers: { authorization: `Bearer ${token}` },
      });
      values.clientId = String(created.body.id);
    }
    return values;
  };

  const resetToken = async (ada: LoggedInCustomer): Promise<Values> => {
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    return mailToken(ada.email, 'password-reset');
  };
  const emailChange = async (ada: LoggedInCustomer): Promise<Values> => {
    const { email: newEmail } = shop.person();
    await ada.post(EMAIL_CHANGE, 204, { newEmail, password: PASSWORD });
    return mailToken(newEmail, 'email-change');
  };
  const optIn = async (): Promise<Values> => {
    const person = shop.person();
    await (await shop.visitor(CONFIRMING.tenant)).post('/signup', 201, { ...person });
    return { ...(await mailToken(person.email, 'opt-in')), store: CONFIRMING.store };
  };
  const mailToken = async (email: string, kind: string): Promise<Values> => {
    const { token } = await shop.mailTo(email, kind);
    return { 'token of the mail': token, 'key of the mail': token };
  };
  /** The customer in the Glue API, and a code that the customer got. */
  const withFactor = async (ada: LoggedInCustomer): Promise<Values> => {
    const customer = await glue.logIn({ ...ada, reference: await referenceOf(ada) });
    return { token: customer.login.accessToken, code: await activateEmail(customer) };
  };

  /** What an example requires besides a caller: values, a store, another token or a code. */
  const requirements: Record<string, (ada: LoggedInCustomer) => Promise<Values>> = {
    'GET /customerlogin/auth/anonymous/refresh': async () => ({
      refresh_token: (await shop.logInAnonymously()).refresh_token,
    }),
    'POST /customer/{tenant}/password/reset/update': resetToken,
    'PATCH /customer-restore-password/{any}': resetToken,
    'POST /customer/{tenant}/me/accounts/internal/email/change/confirm': emailChange,
    'POST /customer-email-confirmation': emailChange,
    'POST /customer/{tenant}/me/accounts/internal/email/change/undo': async (ada) => {
      // Only an owner who has confirmed an address can undo a change.
      await rows(shop, 'update customers set confirmed_at = now() where id = $1', [ada.id]);
      const token = (await emailChange(ada))['token of the mail'];
      await (await shop.visitor()).post(`${EMAIL_CHANGE}/confirm`, 204, { token });
      return mailToken(ada.email, 'email-changed');
    },
    'POST /customer/{tenant}/erasure/confirm': async (ada) => {
      await ada.post('/me/erasure/request', 204);
      return mailToken(ada.email, 'erasure');
    },
    'POST /admin/{tenant}/password/reset/confirm': async () => {
      const { email } = await shop.createEmployee();
      await shop.send('POST', `/admin/${shop.tenant}/password/reset`, { body: { email } });
      return mailToken(email, 'employee-password-reset');
    },
    'POST /admin/{tenant}/me/password': () => Promise.resolve({ 'current password': shop.person().password }),
    'POST /customer-confirmation': optIn,
    'POST /customers/{customerReference}/confirm-registration': optIn,
    'POST /refresh-tokens': async (ada) => {
      const { login } = await glue.logIn({ ...ada, reference: await referenceOf(ada) });
      return { 'refresh token': login.refreshToken };
    },
    'POST /multi-factor-auth-type-verify': async (ada) => {
      const customer = await glue.logIn({ ...ada, reference: await referenceOf(ada) });
      await postFactor(customer, 'type-activate', { type: 'email' });
      return { token: customer.login.accessToken, code: await mailedCode(shop, ada.email) };
    },
    'POST /multi-factor-auth-totp-secrets': async (ada) => {
      const customer = await glue.logIn({ ...ada, reference: await referenceOf(ada) });
      await postFactor(customer, 'type-activate', { type: 'totp' });
      return { token: customer.login.accessToken };
    },
    'POST /multi-factor-auth-trigger': async (ada) => ({ token: (await withFactor(ada)).token ?? '' }),
    'POST /multi-factor-auth-type-deactivate': withFactor,
    'POST /multi-factor-auth-recovery-codes': withFactor,
  };

  const send = async ({ operation, api, sample, query = {} }: Example) => {
    const ada = operation.path.includes('legal-entities/search')
      ? await member(shop, 'Buyer')
      : await shop.customer({ password: PASSWORD });
    const isForm = sample?.contentType === 'application/x-www-form-urlencoded';
    const text = JSON.stringify(sample?.body ?? {});
    const values = {
      ...(await valuesFor(operation, ada, text)),
      ...(await requirements[operation.name]?.(ada)),
    };
    const token = values.token ?? (await callerOf(operation, api, ada)).token;
    const url = urlOf(operation, { ...values, client_id: 'shop-storefront', any: 'mine', tags: 'BILLING,SHIPPING' });
    const options = new URLSearchParams(query).toString();
    // The tenant of the examples is `demo`.
    const filled = text
      .replace(/<([^>]+)>/g, (whole, what: string) => values[what] ?? whole)
      .replaceAll('"demo-', '"shop-');
    const body = JSON.parse(filled) as Record<string, string>;
    return shop.send(operation.method, options ? `${url}${url.includes('?') ? '&' : '?'}${options}` : url, {
      ...(sample && { body: isForm ? new URLSearchParams(body).toString() : body }),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(values.store && { store: values.store }),
        ...(values.code && { 'x-mfa-code': values.code }),
      },
    });
  };

  it.each(examples.map((example) => [example.name, example] as const))('%s', async (name, example) => {
    const { status, text } = await send(example);
    const successes = example.operation.statuses.filter((success) => success < 300);
    if (name in exceptions) {
      expect(successes).not.toContain(status);
      expect(status).not.toBe(500);
    } else expect({ status, text }).toEqual({ status: successes.includes(status) ? status : successes, text });
  });

  it('return their 2xx: at least 95 % of them', () => {
    expect(examples.length).toBeGreaterThan(120);
    expect(Object.keys(exceptions).filter((name) => !examples.some((example) => example.name === name))).toEqual([]);
    expect(Object.keys(exceptions).length / examples.length).toBeLessThanOrEqual(0.05);
  });

  it('of PATCH and PUT have one or two fields, unless more are required', () => {
    const large = examples.filter(({ operation: { method }, sample }) => {
      const { metadata: _, ...fields } = (sample?.body ?? {}) as Record<string, unknown>;
      const { attributes = fields } = (fields.data ?? {}) as { attributes?: object };
      return ['PATCH', 'PUT'].includes(method) && Object.keys(attributes).length > 2;
    });
    expect(large.map(({ name }) => name)).toEqual([
      'PUT /customer-management/{tenant}/contact-assignments/{contactAssignmentId}: a contact',
      'PATCH /customer-password/{customerReference}: customer-password',
      'PATCH /customer-restore-password/{any}: customer-restore-password',
    ]);
  });

  it.each(['emporix', 'glue'] as const)(
    'name the properties of each object, so that none is additionalProp1 (%s)',
    (api) => {
      expect(mapsWithoutExample(api)).toEqual([]);
    },
  );

  it('describe the default page size of each list', () => {
    const sizeOf = (path: string): unknown =>
      optionsOf('emporix', 'GET', path).find(({ name }) => name === 'pageSize')?.description;
    expect(sizeOf('/customer/{tenant}/customers')).toBe('The number of rows per page; 60 if omitted.');
    for (const list of ['legal-entities', 'contact-assignments', 'locations']) {
      expect(sizeOf(`/customer-management/{tenant}/${list}`)).toBe('The number of rows per page; 16 if omitted.');
    }
  });

  it('are strings where the type is string', () => {
    const texts = examplesOfTexts();
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter(([, example]) => typeof example !== 'string')).toEqual([]);
  });
});

type Values = Record<string, string>;
