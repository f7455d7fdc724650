import { type GlueServer, type Look, type Resource, lookForError, oneLine } from './glue-check-server.js';

const SWITCH = 'company-user-access-tokens';

/** Checks the company users of the customer who logged in. The new session ends with that of the login. */
export async function checkCompanyUsers(server: GlueServer, token: string, look: Look): Promise<void> {
  const own = await server.ask<Resource[]>('GET /company-users/mine', { token });
  const isList = Array.isArray(own.body.data);
  look('GET /company-users/mine lists the company users', isList, 'a list', oneLine(own));
  const idCompanyUser = isList ? own.body.data?.at(-1)?.id : undefined;
  if (idCompanyUser === undefined) {
    const company = await server.ask('GET /companies/mine', { token });
    lookForError(look, 'GET /companies/mine without a company user is rejected', company, 403, '1803');
  } else {
    await checkCompany(server, token, idCompanyUser, look);
  }
  const unknown = { idCompanyUser: '00000000-0000-4000-8000-000000000000' };
  const answer = await server.ask(`POST /${SWITCH}`, { type: SWITCH, attributes: unknown, token });
  lookForError(look, 'an unknown company user is rejected', answer, 401, '003');
}

async function checkCompany(server: GlueServer, token: string, idCompanyUser: string, look: Look): Promise<void> {
  const switched = await server.ask(`POST /${SWITCH}`, { type: SWITCH, attributes: { idCompanyUser }, token });
  const { accessToken } = switched.body.data?.attributes ?? {};
  const hasToken = typeof accessToken === 'string';
  look(`POST /${SWITCH} selects a company user`, hasToken, 'tokens', oneLine(switched));
  if (!hasToken) return;
  const company = await server.ask<Resource[]>('GET /companies/mine', { token: accessToken });
  const found = company.body.data?.map(({ type }) => type).join() === 'companies';
  look('GET /companies/mine lists the current company', found, 'one company', oneLine(company));
}
