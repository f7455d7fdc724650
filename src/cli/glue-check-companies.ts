import { type GlueServer, type Report, type Resource, expectError, oneLine } from './glue-check-server.js';

const SWITCH = 'company-user-access-tokens';

/** Checks the company users of the customer who logged in. The new session ends with that of the login. */
export async function checkCompanyUsers(server: GlueServer, token: string, report: Report): Promise<void> {
  const own = await server.send<Resource[]>('GET /company-users/mine', { token });
  const isList = Array.isArray(own.body.data);
  report('GET /company-users/mine lists the company users', isList, 'a list', oneLine(own));
  const idCompanyUser = isList ? own.body.data?.at(-1)?.id : undefined;
  if (idCompanyUser === undefined) {
    const company = await server.send('GET /companies/mine', { token });
    expectError(report, 'GET /companies/mine without a company user is rejected', company, 403, '1803');
  } else {
    await checkCompany(server, token, idCompanyUser, report);
  }
  const unknown = { idCompanyUser: '00000000-0000-4000-8000-000000000000' };
  const response = await server.send(`POST /${SWITCH}`, { type: SWITCH, attributes: unknown, token });
  expectError(report, 'an unknown company user is rejected', response, 401, '003');
}

async function checkCompany(server: GlueServer, token: string, idCompanyUser: string, report: Report): Promise<void> {
  const switched = await server.send(`POST /${SWITCH}`, { type: SWITCH, attributes: { idCompanyUser }, token });
  const { accessToken } = switched.body.data?.attributes ?? {};
  const hasToken = typeof accessToken === 'string';
  report(`POST /${SWITCH} selects a company user`, hasToken, 'tokens', oneLine(switched));
  if (!hasToken) return;
  const company = await server.send<Resource[]>('GET /companies/mine', { token: accessToken });
  const found = company.body.data?.map(({ type }) => type).join() === 'companies';
  report('GET /companies/mine lists the current company', found, 'one company', oneLine(company));
}
