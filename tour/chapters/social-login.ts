import { randomUUID } from 'node:crypto';
import { IdentityProvider, SECRET } from '../../test/support/provider.ts';
import { anything, having, text } from '../expectations.ts';
import { bearer, type Caller, type Storefront } from '../storefront.ts';
import { logIn, staffToken, visit } from './authentication.ts';

/**
 * Starts an identity provider, which the shop trusts until the chapter ends.
 *
 * @returns the numbers of the customers that it has created
 */
export async function socialLogin(shop: Storefront): Promise<string[]> {
  const { access_token } = await staffToken(shop, 'The back office gets a token');
  const admin = bearer('the admin', access_token);
  const provider = await IdentityProvider.listen();
  const trust = (title: string, identityProviders: object[] | null) =>
    shop.step(
      title,
      { call: 'PATCH /admin/{tenant}/settings', as: admin, json: { identityProviders } },
      200,
      anything,
      {
        show: ['identityProviders'],
      },
    );
  const { issuer, redirectUri } = provider;
  const settings = { name: 'tour', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
  try {
    await trust('The admin adds an identity provider; responses do not contain its secret', [settings]);
    const customers = await loginsAtProvider(shop, provider, admin);
    await trust('The admin removes the identity provider', null);
    return customers;
  } finally {
    await provider.close();
  }
}

async function loginsAtProvider(shop: Storefront, provider: IdentityProvider, admin: Caller): Promise<string[]> {
  const { access_token, sessionId } = await visit(shop, 'A visitor gets a token, and logs in at the provider');
  const visitor = bearer('the visitor', access_token);
  const callback = async (login: string) =>
    ({
      call: 'POST /customer/{tenant}/socialLogin',
      as: visitor,
      query: { ...(await provider.logIn(login)), state: `tour--${randomUUID()}` },
    }) as const;

  const claims = { given_name: 'Ada', email: `ada.${randomUUID().slice(0, 8)}@example.com`, email_verified: true };
  const response = await shop.step(
    'The code of the provider logs the visitor in as a new customer',
    await callback(provider.addUser(claims)),
    200,
    having({
      social_access_token: text,
      social_id_token: text,
      access_token: text,
      saas_token: text,
      refresh_token: text,
      expires_in: '2591999',
      refresh_token_expires_in: '86399',
      session_idle_time: 120,
      token_type: 'Bearer',
      session_id: sessionId,
    }),
  );
  const ada = bearer('the customer', response.access_token);
  const accounts = [{ id: claims.email, providerId: text }];
  const read = { call: 'GET /customer/{tenant}/me', as: ada } as const;
  const profile = having({ id: text, firstName: 'Ada', accounts });
  const known = await shop.step('The profile names the provider', read, 200, profile, {
    show: ['firstName', 'accounts'],
  });

  const [email, password] = [`grace.${randomUUID().slice(0, 8)}@example.com`, 'password123'];
  const signUp = { call: 'POST /customer/{tenant}/signup', as: visitor, json: { email, password } } as const;
  const { id } = await shop.step('Another visitor signs up with a password', signUp, 201, { id: text });
  const activation = { active: true, onHold: false };
  const activate = { call: `PATCH /customer/{tenant}/customers/${id}`, as: admin, json: activation } as const;
  await shop.step('The back office activates the account', activate, 200);
  const grace = provider.addUser({ email, email_verified: true });
  await shop.step(
    'A provider login with the same address requires a confirmation by the owner of the account',
    await callback(grace),
    400,
    having({ status: 400, type: 'confirmation_required', message: text }),
  );
  await shop.mail('The owner gets a mail with a link to confirm', email, 'link-identity');
  const again = await visit(shop, 'The owner gets a visitor token');
  const owner = { id, email, password, visitor: bearer('the visitor', again.access_token) };
  const login = await logIn(shop, 'The owner logs in with the password', owner, again.sessionId);
  const as = bearer('the customer', login.access_token);
  const { code, redirect_uri, code_verifier } = await provider.logIn(grace);
  const proof = { password, code, redirect_uri, code_verifier };
  const link = { call: 'POST /customer/{tenant}/me/identities', as, json: proof } as const;
  const linked = await shop.step('The owner links the identity of the provider', link, 201, { id: text });
  await shop.step(
    'The provider login now logs in to the account',
    await callback(grace),
    200,
    having({ access_token: text }),
    {
      show: ['expires_in', 'token_type'],
    },
  );
  const unlink = { call: `DELETE /customer/{tenant}/me/identities/${linked.id}`, as } as const;
  await shop.step('The identity is unlinked; the password stays valid', unlink, 204);
  return [known.id, id];
}
