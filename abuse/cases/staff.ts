import { type Case, assertEqual, assert } from '../case.ts';
import { type Operation, operationsOf, pathOf } from '../operations.ts';
import type { World } from '../world.ts';

const allScopes = [
  ...new Set(
    operationsOf('emporix')
      .filter(({ schemes }) => schemes.includes('OAuth2'))
      .flatMap(({ scopes }) => scopes),
  ),
];

/** A service token with every scope except `scopes`. @param cache the tokens so far, by their scope */
async function tokenWithout(world: World, scopes: string[], cache: Map<string, string>): Promise<string> {
  const scope = allScopes.filter((each) => !scopes.includes(each)).join(' ');
  const token = cache.get(scope) ?? (await world.serviceToken(scope));
  cache.set(scope, token);
  return token;
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

export const staff: Case[] = [
  {
    number: 44,
    title: 'every employee route is called without a token, by a visitor, by a customer, and without its scope',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      const visitor = await world.visitorToken();
      const cache = new Map<string, string>();
      const operations = operationsOf('emporix').filter(({ schemes }) => schemes.includes('OAuth2'));
      const call = async (operation: Operation, token?: string): Promise<number> => {
        const path = pathOf(operation, { tenant: world.tenant });
        const json = operation.hasBody ? {} : undefined;
        return (await world.http.send(operation.method, path, { token, json })).status;
      };
      for (const operation of operations) {
        const name = `${operation.method} ${operation.path}`;
        assertEqual(`status of ${name} without a token`, await call(operation), 401);
        assertEqual(`status of ${name} for a visitor`, await call(operation, visitor), 403);
        // Routes that customers may call too return only their own data.
        if (!operation.schemes.includes('CustomerAccessToken')) {
          assertEqual(`status of ${name} for a customer`, await call(operation, access), 403);
        }
        if (operation.scopes.length === 0) continue;
        const insufficient = await tokenWithout(world, operation.scopes, cache);
        assertEqual(`status of ${name} with all other scopes`, await call(operation, insufficient), 403);
      }
      for (const path of ['/agent-customer-search', '/agent-customer-impersonation-access-tokens']) {
        const method = path.endsWith('search') ? 'GET' : 'POST';
        const resource =
          method === 'POST' ? { type: path.slice(1), attributes: { customerReference: 'x' } } : undefined;
        for (const token of [undefined, visitor, access]) {
          const headers = token ? { 'x-agent-authorization': `Bearer ${token}` } : undefined;
          const { status } = await world.glue(method, path, { headers, resource });
          assert(`${path} is rejected without an agent's token`, [401, 403].includes(status), status);
        }
      }
      return `${operations.length} routes return 401 without a token, and 403 for each insufficient token`;
    },
  },
  {
    number: 45,
    title: 'an employee acts for a customer and tries to refresh, to change credentials and to remove the account',
    async run(world) {
      const customer = await world.customer();
      const employee = await world.employeeToken();
      const json = { customerNumber: customer.id, reason: 'Abuse case 45' };
      const login = await world.call('POST', '/assistedbuying/login', { token: employee, json });
      assertEqual('the login succeeds', login.status < 300, true);
      const { accessToken: token, refreshToken, expiresIn } = login.body as Record<string, string>;
      const { act, exp, iat } = claimsOf(token ?? '');
      assert('the token has the claim act', typeof (act as { sub?: unknown })?.sub === 'string', act);
      assert(
        'the token is valid for at most an hour',
        Number(exp) - Number(iat) <= 3600 && Number(expiresIn) <= 3600,
        expiresIn,
      );
      assertEqual('the refresh token of the login', refreshToken, '');
      const { refresh } = await world.logIn(customer);
      assertEqual('status of a refresh with the token', (await world.refresh(refresh, token)).status, 401);
      const password = { currentPassword: customer.password, newPassword: 'another quiet river' };
      const email = { email: customer.email, password: customer.password, newEmail: world.newPerson().email };
      const glue = { password: customer.password, newPassword: 'another river', confirmPassword: 'another river' };
      const responses = [
        await world.call('POST', '/password/change', { token, json: password }),
        await world.call('POST', '/me/accounts/internal/email/change', { token, json: email }),
        await world.call('POST', '/me/erasure', { token, json: { password: customer.password } }),
        await world.call('POST', '/me/export', { token, json: { password: customer.password } }),
        await world.glue('DELETE', `/customers/${customer.reference}`, { token }),
        await world.glue('PATCH', `/customer-password/${customer.reference}`, {
          token,
          resource: { type: 'customer-password', attributes: glue },
        }),
      ];
      for (const { status, text } of responses)
        assert(`the request is rejected: ${text}`, [403, 404].includes(status), status);
      await world.logIn(customer);
      const history = await world.call('GET', `/customers/${customer.id}/history`, {
        token: await world.serviceToken(),
      });
      assert('the history contains the reason', history.text.includes(json.reason), history.text);
      const service = await world.call('POST', '/assistedbuying/login', { token: await world.serviceToken(), json });
      assertEqual('status of the login for a service', service.status, 403);
      return 'the token has `act`, expires within an hour and can do none of these; the history contains the reason';
    },
  },
];
