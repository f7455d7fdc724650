import { greetingName } from './greeting.js';

/** The facts of each kind of mail. They contain no text that a user chose; that is `UserText`. */
export interface MailFacts {
  /** `repeated` if another sign-up used the address of this customer. */
  'opt-in': { token: string; link: string; repeated?: boolean };
  'password-reset': { token: string; link: string };
  'initial-password': { token: string; link: string };
  'email-change': { token: string; link: string };
  'email-change-notice': object;
  'email-changed': object;
  'link-identity': { token: string; link: string; provider: string };
  'signup-attempt': { link: string };
  erasure: { token: string; link: string };
  /** A code of six digits. */
  'second-factor-code': { code: string };
  welcome: { link: string };
  activated: object;
  /** To the Admins of a company, about a customer who joined or requests to join. */
  'company-member': { pending: boolean; link: string };
  'migration-reminder': { link: string; until: string };
}

export type MailKind = keyof MailFacts;

/** Text that a user chose. The outbox does not send it to addresses that are not confirmed. */
export interface UserText {
  firstName?: string | null;
  newEmail?: string;
  memberName?: string | null;
}

interface Text {
  subject: string;
  text: string;
}

const templates: { [Kind in MailKind]: (facts: MailFacts[Kind] & UserText) => Text } = {
  'opt-in': ({ firstName, link, repeated }) => ({
    subject: 'Please confirm your e-mail address',
    text: letter(
      firstName,
      'Please confirm your e-mail address to complete your registration:',
      link,
      ...(repeated
        ? [
            'Your account has the password from the first registration. You can set a new one after you confirm the address.',
          ]
        : []),
      'If you did not register, ignore this e-mail.',
    ),
  }),
  'password-reset': ({ firstName, link }) => ({
    subject: 'Set a new password',
    text: letter(
      firstName,
      'You can set a new password here:',
      link,
      'If you did not request this, ignore this e-mail. Your password stays the same.',
    ),
  }),
  'initial-password': ({ firstName, link }) => ({
    subject: 'Set your password',
    text: letter(firstName, 'You have an account in our shop. Please set your password:', link),
  }),
  'email-change': ({ firstName, link }) => ({
    subject: 'Please confirm your new e-mail address',
    text: letter(
      firstName,
      'Please confirm that this is your new e-mail address:',
      link,
      'If you did not request this, ignore this e-mail.',
    ),
  }),
  'email-change-notice': ({ firstName, newEmail }) => ({
    subject: 'Your e-mail address is about to change',
    text: letter(
      firstName,
      `We received a request to change the e-mail address of your account to ${newEmail ?? 'another address'}.`,
      'If you did not request this, reset your password now. This also cancels the change.',
    ),
  }),
  'email-changed': ({ firstName, newEmail }) => ({
    subject: 'Your e-mail address has changed',
    text: letter(
      firstName,
      `The e-mail address of your account is now ${newEmail ?? 'another address'}.`,
      'If you did not request this, please contact the shop.',
    ),
  }),
  'link-identity': ({ firstName, link, provider }) => ({
    subject: 'Please confirm your login',
    text: letter(
      firstName,
      `There was a login with ${provider} for this e-mail address, which already has an account. If it was you, confirm it:`,
      link,
      'If this address was not confirmed before, this removes the password of the account. You can then set a new one.',
      'If it was not you, ignore this e-mail. Your account stays the same.',
    ),
  }),
  'signup-attempt': ({ link }) => ({
    subject: 'You already have an account',
    text: letter(
      undefined,
      'There was a registration with this e-mail address, which already has an account. Your account was not changed.',
      'If it was you, log in, reset your password, or look for the e-mail that confirms your address:',
      link,
      'If it was not you, ignore this e-mail.',
    ),
  }),
  erasure: ({ link }) => ({
    subject: 'Please confirm the deletion of your account',
    text: letter(
      undefined,
      'You requested the deletion of your account and of all your data. This cannot be undone. To confirm:',
      link,
      'If you did not request this, do not open the link. Your account stays the same. Please change your password, because ' +
        'another person may be using your account.',
    ),
  }),
  'second-factor-code': ({ code }) => ({
    subject: 'Your verification code',
    text: letter(
      undefined,
      `Your verification code is ${code}. It is valid for 30 minutes.`,
      'Enter it only in our shop, and do not share it. If you did not request it, another person may be using your ' +
        'account. Please change your password.',
    ),
  }),
  welcome: ({ firstName, link }) => ({
    subject: 'Welcome',
    text: letter(firstName, 'Thank you for your registration.', link),
  }),
  'company-member': ({ memberName, pending, link }) => {
    const name = greetingName(memberName);
    const customer = name === undefined ? 'A customer' : `A customer named ${name}`;
    return {
      subject: pending ? 'A customer asks to join your company' : 'Your company has a new member',
      text: letter(
        undefined,
        pending ? `${customer} asks to join your company.` : `${customer} joined your company.`,
        pending
          ? 'The customer has no access to your company until you approve the request. Log in to approve or reject it:'
          : 'If you do not know this customer, contact the shop:',
        link,
      ),
    };
  },
  'migration-reminder': ({ firstName, link, until }) => ({
    subject: 'Please log in once',
    text: letter(
      firstName,
      `We have a new shop. Please log in once before ${until} to keep using your current password:`,
      link,
    ),
  }),
  activated: ({ firstName }) => ({
    subject: 'Your account is active',
    text: letter(firstName, 'Your account has been activated. You can now log in.'),
  }),
};

/** Returns the subject and the plain text of a mail. The subject contains no facts. */
export function render<Kind extends MailKind>(kind: Kind, facts: MailFacts[Kind] & UserText): Text {
  return templates[kind](facts);
}

function letter(firstName: string | null | undefined, ...paragraphs: string[]): string {
  const name = greetingName(firstName);
  return [`Hello${name === undefined ? '' : ` ${name}`},`, ...paragraphs].join('\n\n') + '\n';
}
