import { isoTime } from './dates.js';
import { type Source, compact, flagOf, isFields, objectsOf, requireTitles, textOf } from './source.js';

/**
 * Auth0: the file of a user export job, and the file of password hashes that Auth0's support exports. Each of them can
 * be imported first; the other one follows with `--update`. `email_verified` is ignored, because Auth0 lets users with
 * an unverified e-mail log in; `--map` can rename it to `confirmed`.
 *
 * @see https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
 * @see https://auth0.com/docs/manage-users/user-migration/export-password-hashes-and-mfa-secrets
 */
export const auth0: Source = {
  assertTitles: requireTitles('Auth0', 'email'),
  toItem: (fields) => {
    const identities = identitiesOf(fields.identities);
    const metadata = fields.user_metadata;
    return compact({
      account: compact({ email: textOf(fields, 'email'), passwordHash: textOf(fields, 'passwordHash') }),
      firstName: textOf(fields, 'given_name'),
      lastName: textOf(fields, 'family_name'),
      photoUrl: textOf(fields, 'picture'),
      contactPhone: textOf(fields, 'phone_number'),
      createdAt: isoTime(textOf(fields, 'created_at')),
      onHold: flagOf(fields, 'blocked'),
      identities: identities.length > 0 ? identities : undefined,
      mixins: isFields(metadata) && Object.keys(metadata).length > 0 ? { auth0: metadata } : undefined,
    });
  },
};

/** The identities at other providers. Those of `auth0` are the passwords in Auth0's own database. */
function identitiesOf(value: unknown): object[] {
  return objectsOf(value)
    .filter(({ provider }) => provider !== 'auth0')
    .map((identity) =>
      compact({ provider: textOf(identity, 'connection', 'provider'), subject: textOf(identity, 'user_id') }),
    );
}
