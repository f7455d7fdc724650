import { type GlueServer, type Report, type Resource, expectError, oneLine } from './glue-check-server.js';

/**
 * Checks the second factors of the customer who logged in, without a code. It activates nothing.
 *
 * @param page the path of the customer
 */
export async function checkSecondFactor(
  server: GlueServer,
  page: string,
  token: string,
  report: Report,
): Promise<void> {
  const list = await server.send<Resource[]>('GET /multi-factor-auth-types', { token });
  const email = list.body.data?.find(({ attributes }) => attributes?.type === 'email')?.attributes;
  report('GET /multi-factor-auth-types lists email', email !== undefined, 'the type email', oneLine(list));

  const post = (action: string, attributes: object) => {
    const type = `multi-factor-auth-${action}`;
    return server.send(`POST /${type}`, { type, attributes, token });
  };
  const withoutType = await post('type-activate', {});
  expectError(report, 'the activation of a second factor without a type is rejected', withoutType, 400, '5902');
  const unknown = await post('trigger', { type: 'unknown' });
  expectError(report, 'an unknown second factor is rejected', unknown, 400, '5906');
  const withoutCode = await post('type-verify', { type: 'email' });
  expectError(report, 'the confirmation of a second factor without a code is rejected', withoutCode, 403, '5900');
  if (email?.status !== 'activated') return;
  const change = await server.send(`PATCH ${page}`, { type: 'customers', attributes: {}, token });
  expectError(report, 'a change of the customer without a code is rejected', change, 403, '5900');
}
