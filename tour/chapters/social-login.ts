import { randomUUID } from 'node:crypto';
import { IdentityProvider, SECRET } from '../../test/support/provider.ts';
import { anything, having, text } from '../expectations.ts';
import { bearer, type Caller, type Storefront } from '../storefront.ts';
import { logIn, staffToken, visit } from './authentication.ts';

/**
 * Against a provider of its own, which the shop trusts for as long as the chapter lasts.
 *
 * @returns the numbers of the customers that it made
 */
export async function socialLogin(shop: Storefront): Promise<string[]> {
  const { access_token } = await staffToken(shop, 'The back office gets its token');
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
    await trust('The admin names an identity provider; its secret does not come out again', [settings]);
    const customers = await journey(shop, provider, admin);
    await trust('The admin takes the provider away', null);
    return customers;
  } finally {
    await provider.close();
  }
}

async function journey(shop: Storefront, provider: IdentityProvider, admin: Caller): Promise<string[]> {
  const { access_token, sessionId } = await visit(shop, 'A visitor comes in, and goes to the provider to log in');
  const visitor = bearer('the visitor', access_token);
  const bringBack = async (login: string) =>
    ({
      call: 'POST /customer/{tenant}/socialLogin',
      as: visitor,
      query: { ...(await provider.logIn(login)), state: `tour--${randomUUID()}` },
    }) as const;

  const claims = { given_name: 'Ada', email: `ada.${randomUUID().slice(0, 8)}@example.com`, email_verified: true };
  const answer = await shop.step(
    'Back with a code: the provider proves who it is, and the visitor is a customer',
    await bringBack(provider.addUser(claims)),
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
  const ada = bearer('the customer', answer.access_token);
  const accounts = [{ id: claims.email, providerId: 'tour' }];
  const read = { call: 'GET /customer/{tenant}/me', as: ada } as const;
  const profile = having({ id: text, firstName: 'Ada', accounts });
  const known = await shop.step('The profile tells the provider', read, 200, profile, {
    show: ['firstName', 'accounts'],
  });

  const [email, password] = [`grace.${randomUUID().slice(0, 8)}@example.com`, 'password123'];
  const signUp = { call: 'POST /customer/{tenant}/signup', as: visitor, json: { email, password } } as const;
  const { id } = await shop.step('Somebody signs up with a password', signUp, 201, { id: text });
  const activation = { active: true, onHold: false };
  const activate = { call: `PATCH /customer/{tenant}/customers/${id}`, as: admin, json: activation } as const;
  await shop.step('The back office activates the account', activate, 200);
  const grace = provider.addUser({ email, email_verified: true });
  await shop.step(
    'At the provider the same address is not enough: the owner of the account has to confirm',
    await bringBack(grace),
    400,
    having({ status: 400, type: 'confirmation_required', message: text }),
  );
  await shop.mail('The owner is asked by mail', email, 'link-identity');
  const again = await visit(shop, 'The owner comes in again');
  const owner = { id, email, password, visitor: bearer('the visitor', again.access_token) };
  const login = await logIn(shop, 'This time with the password', owner, again.sessionId);
  const as = bearer('the customer', login.access_token);
  const { code, redirect_uri, code_verifier } = await provider.logIn(grace);
  const proof = { password, code, redirect_uri, code_verifier };
  const link = { call: 'POST /customer/{tenant}/me/identities', as, json: proof } as const;
  const linked = await shop.step('The password links the login at the provider', link, 201, { id: text });
  await shop.step('From now on it opens the account', await bringBack(grace), 200, having({ access_token: text }), {
    show: ['expires_in', 'token_type'],
  });
  const unlink = { call: `DELETE /customer/{tenant}/me/identities/${linked.id}`, as } as const;
  await shop.step('It is unlinked again: the password remains', unlink, 204);
  return [known.id, id];
}
