import { having, text } from '../expectations.ts';
import { bearer, invalidToken, type Caller, type Storefront } from '../storefront.ts';
import { logIn, assertLoginRejected, visit, type Customer } from './authentication.ts';

export async function credentials(shop: Storefront, { id, email, password }: Customer): Promise<void> {
  const { access_token, sessionId } = await visit(shop, 'The customer uses another device');
  const visitor = bearer('the visitor', access_token);
  const logInAgain = (title: string, email: string, password: string) =>
    logIn(shop, title, { id, email, password, visitor }, sessionId);
  const post = (title: string, path: string, as: Caller, json: object) =>
    shop.step(title, { call: `POST /customer/{tenant}/${path}`, as, json }, 204);

  await post('The customer has forgotten the password', 'password/reset', visitor, { email, site: 'main' });
  const token = await shop.mail('A mail contains a token', email, 'password-reset');
  const reset = { token, password: 'P@ssw0rd123' };
  await post('The token sets a new password', 'password/reset/update', visitor, reset);
  await assertLoginRejected(shop, 'The old password is rejected', visitor, email, password);
  const second = await logInAgain('The new password is accepted', email, reset.password);
  const onceMore = { call: 'POST /customer/{tenant}/password/reset/update', as: visitor, json: reset } as const;
  await shop.step('The token can be used only once', onceMore, 400, having({ status: 400, message: text }));

  const change = { currentPassword: reset.password, newPassword: password };
  const caller = bearer('the customer', second.access_token);
  await post('The logged-in customer changes the password', 'password/change', caller, change);
  await assertLoginRejected(shop, 'The old password is rejected', visitor, email, reset.password);
  const third = await logInAgain('The new password is accepted', email, password);

  const newEmail = email.replace('@example.com', '@example.org');
  const move = { email, password, newEmail, syncContactEmail: true };
  const mover = bearer('the customer', third.access_token);
  await post('The customer requests a change of the e-mail address', 'me/accounts/internal/email/change', mover, move);
  const proof = { token: await shop.mail('The new address gets a token', newEmail, 'email-change') };
  await shop.mail('The old address gets a notice', email, 'email-change-notice');
  await post('The token confirms the change', 'me/accounts/internal/email/change/confirm', visitor, proof);
  await assertLoginRejected(shop, 'The old address no longer logs in', visitor, email, password);
  const last = await logInAgain('The new address logs in', newEmail, password);

  const as = bearer('the customer', last.access_token);
  const read = { call: 'GET /customer/{tenant}/me', as } as const;
  const renamed = having({ id, contactEmail: newEmail, accounts: [having({ id: newEmail })] });
  await shop.step('The contact address has changed too', read, 200, renamed, { show: ['contactEmail', 'accounts'] });

  const query = { accessToken: last.access_token };
  await shop.step('The customer logs out', { call: 'GET /customer/{tenant}/logout', as, query }, 204);
  await shop.step('The token is revoked', read, 401, invalidToken);
  const next = await visit(shop, 'A new visitor gets a token');
  const renewal = {
    call: 'GET /customer/{tenant}/refreshauthtoken',
    as: bearer('the visitor', next.access_token),
    query: { refreshToken: last.refresh_token },
  } as const;
  await shop.step('The refresh token is revoked too', renewal, [400, 401]);
}
