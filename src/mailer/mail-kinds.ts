/** The facts of each kind of mail. They contain no text that a user chose; that is `UserText`. Times are in ISO 8601. */
export interface MailFacts {
  /** `repeated` if another sign-up used the address of this customer. */
  'opt-in': { token: string; link: string; repeated?: boolean };
  'password-reset': { token: string; link: string };
  'initial-password': { token: string; link: string };
  /** To the new address. */
  'email-change': { token: string; link: string };
  /** To the current address, before the change. */
  'email-change-notice': object;
  /** To the old address. The link, which is valid until the given time, undoes the change; it may be missing. */
  'email-changed': { token?: string; link?: string; until?: string };
  /** To the new address. */
  'email-change-completed': object;
  'link-identity': { token: string; link: string; provider: string };
  'identity-linked': { provider: string };
  'identity-unlinked': { provider: string };
  'signup-attempt': { link: string };
  'awaiting-activation': object;
  'password-changed': object;
  'password-reset-completed': object;
  'new-device-login': { at: string };
  'account-on-hold': object;
  erasure: { token: string; link: string };
  'account-erased': object;
  /** A code of six digits. */
  'second-factor-code': { code: string };
  welcome: { link: string };
  activated: object;
  declined: object;
  /** To the Admins of a company, about a customer who joined or requests to join. */
  'company-member': { pending: boolean; link: string };
  /** `until` is a date without a time. */
  'migration-reminder': { link: string; until: string };
  'employee-invitation': { token: string; link: string };
  'employee-password-reset': { token: string; link: string };
  /** To the addresses of the setting `activationNotice`. `count` is the number of customers who await activation. */
  'activation-notice': { count: number; link: string };
}

export type MailKind = keyof MailFacts;

/** Text that a user chose. The outbox does not send it to addresses that are not confirmed. */
export interface UserText {
  firstName?: string | null;
  newEmail?: string;
  memberName?: string | null;
}

/** Everything that a mail of a kind says. */
export type MailContent<Kind extends MailKind = MailKind> = MailFacts[Kind] & UserText;

/** Facts for previews and tests, with every optional part. Their keys are all the kinds of mail. */
export const exampleContents: { [Kind in MailKind]: MailContent<Kind> } = {
  'opt-in': { ...withLink('signup/confirm'), repeated: true, firstName: 'Ada' },
  'password-reset': { ...withLink('password/reset'), firstName: 'Ada' },
  'initial-password': { ...withLink('password/reset'), firstName: 'Ada' },
  'email-change': { ...withLink('email/confirm') },
  'email-change-notice': { firstName: 'Ada', newEmail: 'ada@new.example' },
  'email-changed': {
    ...withLink('email/undo'),
    until: '2026-12-06T12:00:00Z',
    firstName: 'Ada',
    newEmail: 'ada@new.example',
  },
  'email-change-completed': { firstName: 'Ada' },
  'link-identity': { ...withLink('identities/confirm'), provider: 'google', firstName: 'Ada' },
  'identity-linked': { provider: 'google', firstName: 'Ada' },
  'identity-unlinked': { provider: 'google', firstName: 'Ada' },
  'signup-attempt': { link: 'https://shop.example/' },
  'awaiting-activation': { firstName: 'Ada' },
  'password-changed': { firstName: 'Ada' },
  'password-reset-completed': { firstName: 'Ada' },
  'new-device-login': { at: '2026-11-29T12:00:00Z', firstName: 'Ada' },
  'account-on-hold': { firstName: 'Ada' },
  erasure: { ...withLink('erasure/confirm') },
  'account-erased': { firstName: 'Ada' },
  'second-factor-code': { code: '123456' },
  welcome: { link: 'https://shop.example/', firstName: 'Ada' },
  activated: { firstName: 'Ada' },
  declined: { firstName: 'Ada' },
  'company-member': { pending: true, link: 'https://shop.example/', memberName: 'Grace Hopper' },
  'migration-reminder': { link: 'https://shop.example/', until: '2026-12-31', firstName: 'Ada' },
  'employee-invitation': { ...withLink('backoffice/shop/password') },
  'employee-password-reset': { ...withLink('backoffice/shop/password') },
  'activation-notice': { count: 3, link: 'https://shop.example/backoffice/shop' },
};

export const mailKinds = Object.keys(exampleContents) as MailKind[];

function withLink(path: string): { token: string; link: string } {
  return { token: 'example', link: `https://shop.example/${path}?token=example` };
}
