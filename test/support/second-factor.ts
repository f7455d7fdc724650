import { Secret, TOTP } from 'otpauth';
import { Clock } from '../../src/common/clock.js';
import type { GlueClient, GlueResponse, ResourceDocument } from './glue.js';
import { rows } from './rows.js';
import type { Body, Shop } from './shop.js';

/** The header with a code. */
export const withCode = (code: string): Record<string, string> => ({ 'x-mfa-code': code });

/** A code of six digits that is not one of these. */
export const otherCode = (...codes: string[]): string =>
  ['111111', '222222', '333333', '444444'].find((code) => !codes.includes(code)) ?? '555555';

/** The newest mailed code. */
export async function mailedCode(shop: Shop, email: string): Promise<string> {
  const { text } = await shop.mailTo(email, 'second-factor-code');
  const [code] = /\d{6}/.exec(text) ?? [];
  if (!code) throw new Error(`No code in: ${text}`);
  return code;
}

/** Sends a POST to one of the `multi-factor-auth-*` routes. */
export const postFactor = (
  client: GlueClient,
  action: string,
  attributes: Body = {},
  code?: string,
): Promise<GlueResponse> =>
  client.send('POST', `/multi-factor-auth-${action}`, { attributes, headers: code ? withCode(code) : {} });

/** Stores an active factor of the type `email`, for tests that are generated from the document. */
export async function addFactor(shop: Shop, { id }: { id: string }): Promise<void> {
  await rows(
    shop,
    `insert into second_factors (tenant, customer_id, type, status, session_id, created_at, activated_at)
      values ($1, $2, 'email', 'active', gen_random_uuid(), now(), now()) on conflict do nothing`,
    [shop.tenant, id],
  );
}

async function expectStatus(status: number, sent: Promise<GlueResponse>): Promise<GlueResponse> {
  const response = await sent;
  if (response.status !== status) throw new Error(`${response.status} ${JSON.stringify(response.body)}`);
  return response;
}

/** Requests a mailed code for an active factor. */
export async function requestCode(client: GlueClient & { email: string }): Promise<string> {
  await expectStatus(204, postFactor(client, 'trigger', { type: 'email' }));
  return mailedCode(client.shop, client.email);
}

/** Activates mailed codes. @returns the code, which stays valid unless the tenant is strict */
export async function activateEmail(client: GlueClient & { email: string }, code?: string): Promise<string> {
  await expectStatus(204, postFactor(client, 'type-activate', { type: 'email' }, code));
  const mailed = await mailedCode(client.shop, client.email);
  await expectStatus(204, postFactor(client, 'type-verify', { type: 'email' }, mailed));
  return mailed;
}

/** The codes of an authenticator app. */
export class AuthenticatorApp {
  private readonly totp: TOTP;

  constructor(
    private readonly shop: Shop,
    readonly secret: string,
  ) {
    this.totp = new TOTP({ secret: Secret.fromBase32(secret) });
  }

  /** The code at a time, in seconds from now. */
  codeIn(seconds: number): string {
    return this.totp.generate({ timestamp: this.shop.app.get(Clock).now().getTime() + seconds * 1000 });
  }
}

/** Begins the activation of an authenticator app. */
export async function enrolApp(client: GlueClient, code?: string): Promise<AuthenticatorApp> {
  await expectStatus(204, postFactor(client, 'type-activate', { type: 'totp' }, code));
  const { body } = await expectStatus(201, postFactor(client, 'totp-secrets'));
  return new AuthenticatorApp(client.shop, String((body as ResourceDocument).data.attributes.secret));
}

/** Activates an authenticator app. Its current code is used up. */
export async function activateApp(client: GlueClient, code?: string): Promise<AuthenticatorApp> {
  const app = await enrolApp(client, code);
  await expectStatus(204, postFactor(client, 'type-verify', { type: 'totp' }, app.codeIn(0)));
  return app;
}

/** Creates recovery codes. */
export async function recoveryCodes(client: GlueClient, code: string): Promise<string[]> {
  const { body } = await expectStatus(201, postFactor(client, 'recovery-codes', {}, code));
  return (body as ResourceDocument).data.attributes.codes as string[];
}
