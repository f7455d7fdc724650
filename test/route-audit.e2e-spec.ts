import { randomUUID } from 'node:crypto';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { decodeJwt } from 'jose';
import { serviceScopes, employeeScopes } from '../src/employee/employee-scopes.js';
import { ACCESS, type AccessRule } from '../src/sessions/access/access.ts';
import { builtInTexts } from '../src/mailer/texts/built-in-texts.js';
import { companyForbidden, invalidAccessToken, notAuthorized } from './support/responses.js';
import { bodyFor, listFor } from './support/bodies.js';
import {
  assignCustomer,
  member,
  newCompany,
  newLocation,
  createMembershipRequest,
  createFixedCompany,
} from './support/companies.js';
import { type TokenKind, glueOperations, operations, urlOf } from './support/document.js';
import { rows } from './support/rows.js';
import { addFactor } from './support/second-factor.js';
import { type Response, type LoggedInCustomer, type Person, Shop, type ApiClient } from './support/shop.js';

type Metatype = abstract new (...parameters: never[]) => unknown;

interface Route {
  name: string;
  rule: AccessRule | undefined;
  documented: boolean;
}

const kinds: TokenKind[] = ['anonymous', 'customer', 'staff'];
const TEST_MAIL = 'POST /admin/{tenant}/mails/{kind}/{language}/test';
/** The own account of an employee; the only operations of employees without a scope. */
const ownAccount = ['GET /admin/{tenant}/me', 'POST /admin/{tenant}/me/password'];
/** Operations that require an employee: a service may not call them, even with all scopes. */
const employeeOnly = [
  'POST /customer/{tenant}/assistedbuying/login',
  'POST /customer/{tenant}/assisted-buying-login',
  TEST_MAIL,
  ...ownAccount,
];

/** Routes without a controller, which require no token, with the reason. */
const publicRoutes = [
  { routes: /^(GET|HEAD) \/docs/, reason: 'The API documentation contains no data of a tenant.' },
  {
    routes: /^(GET|HEAD) \/(start-page\.css)?$/,
    reason: 'The start page of demo and development contains no data, except for the public credentials of the demo.',
  },
  {
    routes: /^(GET|HEAD) \/backoffice(\*|\/assets\/mail-frame)?$/,
    reason: 'The page of the back office contains no data of a tenant. Its script sends the token of the employee.',
  },
  { routes: /^OPTIONS \*$/, reason: 'Browsers send CORS preflights without a token.' },
];

/** The operations of both APIs. */
const documented = [...operations, ...glueOperations];

describe('every route', () => {
  let shop: Shop;
  let admin: Person;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.addTenant('other');
    admin = await shop.createEmployee('admin');
    await createFixedCompany(shop);
  });
  afterAll(() => shop.close());

  /** The routes of the controllers in the running service. */
  const routes = (): Route[] => {
    const reflector = shop.app.get(Reflector);
    const controllers = [...shop.app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype as Metatype),
    );
    return controllers.flatMap((controller) => {
      const prototype = controller.prototype as Record<string, unknown>;
      const base = Reflect.getMetadata('path', controller) as string;
      return Object.getOwnPropertyNames(prototype)
        .map((name) => prototype[name])
        .filter((handler): handler is () => unknown => typeof handler === 'function')
        .filter((handler) => Reflect.hasMetadata('method', handler))
        .flatMap((handler) => {
          const method = RequestMethod[Reflect.getMetadata('method', handler) as RequestMethod];
          const paths = [Reflect.getMetadata('path', handler) as string | string[]].flat();
          return paths.map((own) => {
            const parts = [base, own].map((part) => part.replaceAll('/', ' ').trim());
            const path = parts.filter(Boolean).join('/').replaceAll(' ', '/');
            return {
              name: `${method} /${path.replace(/:(\w+)/g, '{$1}')}`,
              rule: reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [handler, controller]),
              documented: !Reflect.hasMetadata('swagger/apiExcludeController', controller),
            };
          });
        });
    });
  };

  /** Creates a service client with a secret. */
  const clientOf = async ({ token }: ApiClient): Promise<{ clientId: string; secretId: string }> => {
    const clients = `/admin/${shop.tenant}/clients`;
    const headers = { authorization: `Bearer ${token}` };
    const { body: created } = await shop.send('POST', clients, {
      body: { name: randomUUID(), kind: 'service' },
      headers,
    });
    const clientId = String(created.id);
    const { body } = await shop.send<{ secrets: { id: string }[] }>('GET', `${clients}/${clientId}`, { headers });
    return { clientId, secretId: body.secrets[0]?.id ?? '' };
  };

  /** All routes of the router, including those that no controller registered. */
  const routerRoutes = (): string[] => {
    const { printRoutes } = shop.app.getHttpAdapter().getInstance() as unknown as {
      printRoutes: (options: object) => string;
    };
    const path: string[] = [];
    return printRoutes
      .call(shop.app.getHttpAdapter().getInstance(), { commonPrefix: false })
      .split('\n')
      .flatMap((line) => {
        const [, tree = '', segment = '', methods] = /^([\s│├└]*─*\s?)(\S+)(?: \(([^)]*)\))?/.exec(line) ?? [];
        path.splice(Math.max(tree.length / 4 - 1, 0), Infinity, segment);
        const url = path.join('').replace(/:(\w+)/g, '{$1}');
        return methods ? methods.split(', ').map((method) => `${method} ${url}`) : [];
      });
  };

  it('declares who may call it', () => {
    expect(routes().length).toBeGreaterThan(20);
    expect(routes().filter(({ rule }) => !rule?.kinds.length)).toEqual([]);
  });

  it('that employees may call declares the required scope', () => {
    const staff = routes().filter(({ rule }) => rule?.kinds.includes('staff'));
    expect(staff.length).toBeGreaterThan(0);
    expect(staff.filter(({ rule }) => !rule?.scopes?.length).map(({ name }) => name)).toEqual(ownAccount);
  });

  it('belongs to a controller, the API documentation, the page of the back office or CORS preflight', () => {
    const known = new Set(
      routes().flatMap(({ name }) => (name.startsWith('GET ') ? [name, name.replace('GET ', 'HEAD ')] : [name])),
    );
    const others = routerRoutes().filter((name) => !known.has(name));
    expect(others.filter((name) => !publicRoutes.some(({ routes: names }) => names.test(name)))).toEqual([]);
    expect(routerRoutes()).toEqual(expect.arrayContaining([...known]));
  });

  it('is in the OpenAPI document, except for the mailbox and rejected paths; the document has no other routes', () => {
    const served = routes().filter(({ documented }) => documented);
    expect(served.map(({ name }) => name).sort()).toEqual(documented.map(({ name }) => name).sort());
    const hidden = routes().filter(({ documented }) => !documented);
    // Every response of these routes is an error.
    const rejecting = /^\w+ \/(customers\/\/)?addresses(\/|$)/;
    const others = hidden.filter(
      ({ name, rule }) => !name.startsWith('GET /mailbox') && !rejecting.test(name) && !rule?.kinds.includes('public'),
    );
    expect(others).toEqual([]);
  });

  it('is documented with the tokens and scopes that the guard requires', () => {
    const documentedAccess = new Map(
      documented.map(({ name, tokens, scopes }) => [name, { tokens: [...tokens].sort(), scopes }]),
    );
    for (const { name, rule } of routes().filter(({ documented }) => documented)) {
      const tokens = rule?.kinds.filter((kind) => kind !== 'public').sort();
      const scopes = rule?.kinds.includes('staff') && !ownAccount.includes(name) ? rule.scopes : [];
      expect({ name, ...documentedAccess.get(name) }).toEqual({ name, tokens, scopes });
    }
  });

  describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
    const { method, tokens, scopes, statuses } = operation;
    const isCompanyRoute = operation.path.startsWith('/customer-management/');
    const resourceId = operation.ids.length > 0 ? (expect.any(String) as string) : undefined;
    const forbidden = isCompanyRoute ? companyForbidden(resourceId) : notAuthorized;

    /** Some staff routes also serve company Admins, for the customers of their company. */
    const forCompany =
      tokens.includes('customer') && /^\/customer\/\{tenant\}\/customers|\/membership-requests/.test(operation.path);
    const customer = async (): Promise<LoggedInCustomer> => (forCompany ? member(shop, 'Admin') : shop.customer());

    /** Creates the other resources that the operation refers to, if any. */
    const otherIds = async (admin: ApiClient, ada: LoggedInCustomer): Promise<Record<string, string>> => {
      if (operation.ids.includes('membershipRequestId')) {
        const company = 'company' in ada ? String(ada.company) : await newCompany(shop);
        return { membershipRequestId: await createMembershipRequest(shop, await shop.signUp(), company) };
      }
      if (forCompany && 'company' in ada)
        return { customerNumber: (await member(shop, 'Buyer', String(ada.company))).id };
      if (operation.ids.includes('legalEntityId')) {
        const legalEntityId = await newCompany(shop);
        await assignCustomer(shop, ada, legalEntityId);
        return { legalEntityId };
      }
      if (operation.ids.includes('locationId')) return { locationId: await newLocation(shop) };
      if (operation.ids.includes('contactAssignmentId')) {
        return { contactAssignmentId: await assignCustomer(shop, await shop.signUp(), await newCompany(shop)) };
      }
      if (operation.name.endsWith('/config/password-migration-retention')) {
        await admin.post('/config/password-migration-retention', 200, { retentionEndDate: '2100-01-31' });
      }
      if (operation.ids.includes('noteId')) {
        const note = await admin.post<{ id: string }>(`/customers/${ada.id}/notes`, 201, { text: 'A' });
        return { noteId: note.id };
      }
      if (operation.path.includes('/customers/{customerNumber}/sessions/')) {
        return { sessionId: String(decodeJwt(ada.token ?? '').sid) };
      }
      if (operation.path.includes('/customers/{customerNumber}/identities/')) {
        const added = `insert into identities (tenant, issuer, subject, id, customer_id, provider, created_at)
          values ('shop', 'https://idp.example', gen_random_uuid(), gen_random_uuid(), $1, 'idp', now())
          returning id as "identityId"`;
        return (await rows<{ identityId: string }>(shop, added, [ada.id]))[0] ?? {};
      }
      if (operation.ids.includes('mailId')) {
        await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
        const giveUp = 'update outbox set given_up_at = now() where recipient = $1 returning id as "mailId"';
        return (await rows<{ mailId: string }>(shop, giveUp, [ada.email]))[0] ?? {};
      }
      if (operation.ids.includes('kind')) {
        const text = JSON.stringify(builtInTexts.en?.['password-reset']);
        await rows(
          shop,
          `insert into mail_texts (tenant, kind, language, text, updated_at)
           values ('shop', 'password-reset', 'en', $1, now()) on conflict do nothing`,
          [text],
        );
        return { kind: 'password-reset', language: 'en' };
      }
      if (operation.ids.includes('employeeId')) return { employeeId: (await shop.createEmployee('viewer')).id };
      return operation.ids.includes('clientId') ? clientOf(admin) : {};
    };

    type Send = (authorization?: string) => Promise<Response>;

    /** Creates what the call requires to succeed. @returns sends the call with a valid body and parameters */
    const prepare = async (ada: LoggedInCustomer): Promise<Send> => {
      const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' });
      if (operation.path.includes('/second-factors/')) await addFactor(shop, ada);
      const values = {
        tenant: shop.tenant,
        client_id: 'shop-storefront',
        addressId: id,
        type: 'email',
        customerNumber: ada.id,
        sessionId: ada.login.session_id,
        accessToken: ada.login.access_token,
        refreshToken: ada.login.refresh_token,
        ...(await otherIds(await shop.sharedService(), ada)),
      };
      const url = urlOf(operation, values);
      const body = operation.body ? bodyFor(operation, ada, shop.person()) : listFor(operation, shop.person());
      return (authorization) => shop.send(method, url, { body, headers: authorization ? { authorization } : {} });
    };
    const call = async (ada: LoggedInCustomer, authorization?: string): Promise<Response> =>
      (await prepare(ada))(authorization);

    /** Shared by all calls that are rejected, since they change nothing. */
    let rejected: Promise<{ ada: LoggedInCustomer; send: Send }> | undefined;
    const sharedForRejections = (): Promise<{ ada: LoggedInCustomer; send: Send }> =>
      (rejected ??= shop.customer().then(async (ada) => ({ ada, send: await prepare(ada) })));

    const service = async (scope?: string): Promise<string> => `Bearer ${(await shop.serviceClient(scope)).token}`;
    /** An employee's token if the operation requires one, else a service's; with all scopes or the given ones. */
    const staff = async (scope?: string): Promise<string> => {
      if (!employeeOnly.includes(operation.name)) return service(scope);
      const { email: username, password } = admin;
      const form = { grant_type: 'password', username, password, ...(scope && { scope }) };
      return `Bearer ${(await shop.requestToken(form)).body.access_token}`;
    };
    const bearer = async (kind: TokenKind, ada: LoggedInCustomer): Promise<string> => {
      if (kind === 'staff') return staff();
      return `Bearer ${(kind === 'customer' ? ada : await shop.visitor()).token}`;
    };

    it(`returns a documented status for ${tokens.join(' and ') || 'an unauthenticated client'}`, async () => {
      for (const kind of tokens) {
        const ada = await customer();
        const { status } = await call(ada, await bearer(kind, ada));
        expect(statuses).toContain(status);
        expect([401, 403]).not.toContain(status);
      }
      if (tokens.length > 0) return;
      const { status } = await call(await shop.customer());
      expect(statuses).toContain(status);
      expect(status).not.toBe(403);
    });

    if (tokens.length === 0) return;

    it('rejects missing, malformed and forged tokens', async () => {
      const { ada, send } = await sharedForRejections();
      expect(statuses).toContain(401);
      const [head = '', payload = ''] = ada.login.access_token.split('.');
      const forged = [
        `Bearer ${head}.${payload}.`,
        `Bearer ${head}.${payload}.AAAA`,
        `bearer ${ada.login.saas_token as string}`,
      ];
      const malformed = [
        undefined,
        'Bearer',
        'Bearer garbage',
        'Bearer a.b.c',
        'garbage',
        `Bearer ${ada.login.access_token} x`,
        `Basic ${btoa('a:b')}`,
        ...forged,
      ];
      for (const authorization of [...malformed, `Bearer ${ada.login.refresh_token}`]) {
        const { status, body } = await send(authorization);
        expect({ authorization, status, body }).toEqual({ authorization, status: 401, body: invalidAccessToken });
      }
    });

    // A refresh checks the refresh token instead, since its Bearer token may have expired.
    if (!operation.name.endsWith('/refreshauthtoken')) {
      it('rejects a token of an ended session', async () => {
        for (const kind of tokens) {
          const { ada, send } = await sharedForRejections();
          const ended = async () => (await shop.logIn(forCompany ? await customer() : ada)).token;
          const token = kind === 'customer' ? await ended() : (await bearer(kind, ada)).split(' ')[1];
          const { sid } = decodeJwt(token ?? '');
          await rows(shop, 'update sessions set ended_at = now() where id = $1', [sid]);
          const { status, body } = await send(`Bearer ${token}`);
          expect({ kind, status, body }).toEqual({ kind, status: 401, body: invalidAccessToken });
        }
      });
    }

    it.each(kinds.filter((kind) => !tokens.includes(kind)))('is forbidden for %s tokens', async (kind) => {
      const { ada, send } = await sharedForRejections();
      expect(statuses).toContain(403);
      const { status, body } = await send(await bearer(kind, ada));
      expect({ status, body }).toEqual({ status: 403, body: forbidden });
    });

    it('rejects a token of another tenant', async () => {
      const { send } = await sharedForRejections();
      for (const { token } of [await shop.visitor('other'), await shop.serviceClient(undefined, 'other')]) {
        const { status, body } = await send(`Bearer ${token}`);
        expect({ status, body }).toEqual({ status: 401, body: invalidAccessToken });
      }
    });

    if (scopes.length === 0) return;

    it('is forbidden for staff tokens without the scope', async () => {
      const grantable = employeeOnly.includes(operation.name) ? employeeScopes : serviceScopes;
      const others = grantable.filter((scope) => !scopes.includes(scope)).join(' ');
      const { status, body } = await (await sharedForRejections()).send(await staff(others));
      expect({ status, body }).toEqual({ status: 403, body: forbidden });
      for (const scope of scopes) {
        expect((await call(await shop.customer(), await staff(scope))).status).toBeLessThan(300);
      }
    });

    if (!employeeOnly.includes(operation.name)) return;

    it('is forbidden for services', async () => {
      const { status, body } = await (await sharedForRejections()).send(await service());
      const message =
        operation.name === TEST_MAIL ? expect.stringContaining('use the token of an employee') : undefined;
      expect({ status, body }).toEqual({ status: 403, body: { ...forbidden, ...(message && { message }) } });
    });
  });

  describe.each(glueOperations.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
    const { method, tokens, type } = operation;
    if (tokens.length === 0) return;

    const call = async (token?: string): Promise<unknown[]> => {
      const { status, body } = await shop.send(method, urlOf(operation, { tenant: shop.tenant }), {
        body: type && { data: { type, attributes: {} } },
        headers: token ? { authorization: `Bearer ${token}` } : {},
      });
      return [status, body];
    };
    const rejection = (status: number, code: string, detail: string) => [
      status,
      { errors: [{ code, status, detail }] },
    ];
    const invalid = rejection(401, '001', 'Invalid access token.');
    const missing = operation.path.startsWith('/agent-')
      ? rejection(401, '4103', 'Action is available to agent user only.')
      : rejection(403, '002', 'Missing access token.');

    it('rejects missing and invalid tokens and tokens of ended sessions', async () => {
      const ended = tokens.includes('customer') ? await shop.customer() : await shop.employee('support');
      const { sid } = decodeJwt(ended.token ?? '');
      await rows(shop, 'update sessions set ended_at = now() where id = $1', [sid]);
      expect(await call()).toEqual(missing);
      expect(await call('garbage')).toEqual(invalid);
      expect(await call(ended.token)).toEqual(invalid);
    });

    it.each(kinds.filter((kind) => !tokens.includes(kind)))('rejects %s tokens', async (kind) => {
      const others = { anonymous: () => shop.visitor(), customer: () => shop.customer(), staff: () => shop.employee() };
      expect(await call((await others[kind]()).token)).toEqual(missing);
    });
  });
});
