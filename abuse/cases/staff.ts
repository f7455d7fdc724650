import { type Case, expect, hold } from '../case.ts';
import { type Operation, operationsOf, pathOf } from '../operations.ts';
import type { World } from '../world.ts';

const all = [
  ...new Set(
    operationsOf('emporix')
      .filter(({ schemes }) => schemes.includes('OAuth2'))
      .flatMap(({ scopes }) => scopes),
  ),
];

/** A service's token with every scope but those. */
async function without(world: World, scopes: string[], made: Map<string, string>): Promise<string> {
  const scope = all.filter((each) => !scopes.includes(each)).join(' ');
  const token = made.get(scope) ?? (await world.staff(scope));
  made.set(scope, token);
  return token;
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

export const staff: Case[] = [
  {
    number: 44,
    tries: 'every route of staff with no token, a visitor’s, a customer’s, and all scopes but its own',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      const visitor = await world.visitor();
      const made = new Map<string, string>();
      const operations = operationsOf('emporix').filter(({ schemes }) => schemes.includes('OAuth2'));
      const call = async (operation: Operation, token?: string): Promise<number> => {
        const path = pathOf(operation, { tenant: world.tenant });
        const json = operation.takesBody ? {} : undefined;
        return (await world.http.send(operation.method, path, { token, json })).status;
      };
      for (const operation of operations) {
        const name = `${operation.method} ${operation.path}`;
        expect(`${name} without a token`, await call(operation), 401);
        expect(`${name} for a visitor`, await call(operation, visitor), 403);
        // What customers may call too shows them their own.
        if (!operation.schemes.includes('CustomerAccessToken')) {
          expect(`${name} for a customer`, await call(operation, access), 403);
        }
        if (operation.scopes.length === 0) continue;
        const lesser = await without(world, operation.scopes, made);
        expect(`${name} with all other scopes`, await call(operation, lesser), 403);
      }
      for (const path of ['/agent-customer-search', '/agent-customer-impersonation-access-tokens']) {
        const method = path.endsWith('search') ? 'GET' : 'POST';
        const resource =
          method === 'POST' ? { type: path.slice(1), attributes: { customerReference: 'x' } } : undefined;
        for (const token of [undefined, visitor, access]) {
          const headers = token ? { 'x-agent-authorization': `Bearer ${token}` } : undefined;
          const { status } = await world.glue(method, path, { headers, resource });
          hold(`${path} for no agent`, [401, 403].includes(status), status);
        }
      }
      return `${operations.length} routes: 401 without a token, 403 to each lesser one`;
    },
  },
  {
    number: 45,
    tries: "an employee in a customer's place: its token, its ends, what it may not do",
    async run(world) {
      const customer = await world.customer();
      const employee = await world.employee();
      const json = { customerNumber: customer.id, reason: 'Abuse case 45' };
      const login = await world.call('POST', '/assistedbuying/login', { token: employee, json });
      expect('the login', login.status < 300, true);
      const { accessToken: token, refreshToken, expiresIn } = login.body as Record<string, string>;
      const { act, exp, iat } = claimsOf(token ?? '');
      hold('the act claim', typeof (act as { sub?: unknown })?.sub === 'string', act);
      hold('at most an hour', Number(exp) - Number(iat) <= 3600 && Number(expiresIn) <= 3600, expiresIn);
      expect('a refresh token', refreshToken, '');
      const { refresh } = await world.logIn(customer);
      expect('a refresh by it', (await world.refresh(refresh, token)).status, 401);
      const password = { currentPassword: customer.password, newPassword: 'another quiet river' };
      const email = { email: customer.email, password: customer.password, newEmail: world.stranger().email };
      const glue = { password: customer.password, newPassword: 'another river', confirmPassword: 'another river' };
      const refusals = [
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
      for (const { status, text } of refusals) hold(`refused: ${text}`, [403, 404].includes(status), status);
      await world.logIn(customer);
      const history = await world.call('GET', `/customers/${customer.id}/history`, { token: await world.staff() });
      hold('the reason in the history', history.text.includes(json.reason), history.text);
      const service = await world.call('POST', '/assistedbuying/login', { token: await world.staff(), json });
      expect('a service', service.status, 403);
      return 'an hour, `act`, no refresh, no password, e-mail or removal; the reason is kept';
    },
  },
];
