/** What each kind of mail needs to know. */
export interface MailFacts {
  'opt-in': { firstName?: string; token: string; link: string };
  'password-reset': { firstName?: string; token: string; link: string };
  'initial-password': { firstName?: string; token: string; link: string };
  'email-change': { firstName?: string; token: string; link: string };
  'email-change-notice': { firstName?: string; newEmail: string };
  'link-identity': { firstName?: string; token: string; link: string; provider: string };
  'signup-attempt': { link: string };
  erasure: { token: string; link: string };
  welcome: { firstName?: string; link: string };
  activated: { firstName?: string };
  'migration-reminder': { firstName?: string; link: string; until: string };
}

export type MailKind = keyof MailFacts;

interface Text {
  subject: string;
  text: string;
}

const templates: { [Kind in MailKind]: (facts: MailFacts[Kind]) => Text } = {
  'opt-in': ({ firstName, link }) => ({
    subject: 'Please confirm your e-mail address',
    text: letter(firstName, 'Please confirm your e-mail address to finish your registration:', link),
  }),
  'password-reset': ({ firstName, link }) => ({
    subject: 'Set a new password',
    text: letter(
      firstName,
      'You can set a new password here:',
      link,
      'If you did not ask for this, you need not do anything: your password stays as it is.',
    ),
  }),
  'initial-password': ({ firstName, link }) => ({
    subject: 'Set your password',
    text: letter(firstName, 'An account was made for you. Please set your password:', link),
  }),
  'email-change': ({ firstName, link }) => ({
    subject: 'Please confirm your new e-mail address',
    text: letter(firstName, 'Please confirm that this is your new e-mail address:', link),
  }),
  'email-change-notice': ({ firstName, newEmail }) => ({
    subject: 'Your e-mail address is about to change',
    text: letter(
      firstName,
      `Somebody who knows your password asked to change the e-mail address of your account to ${newEmail}.`,
      'If that was not you, set a new password now: it also stops this change.',
    ),
  }),
  'link-identity': ({ firstName, link, provider }) => ({
    subject: 'Is this login yours?',
    text: letter(
      firstName,
      `Somebody logged in with ${provider} under this e-mail address, which has an account here. If it was you, confirm it:`,
      link,
      'If this address was never confirmed before, the password of the account is removed then; you can set a new one.',
      'If it was not you, you need not do anything: your account stays as it is.',
    ),
  }),
  'signup-attempt': ({ link }) => ({
    subject: 'You have an account already',
    text: letter(
      undefined,
      'Somebody tried to sign up with this e-mail address, which has an account already. Nothing was changed.',
      'If it was you, please log in, ask for a new password, or look for the mail that confirms your address:',
      link,
      'If it was not you, you need not do anything.',
    ),
  }),
  erasure: ({ link }) => ({
    subject: 'Please confirm that your account is to be removed',
    text: letter(
      undefined,
      'You asked to have your account removed, with everything that is known of you. It cannot be brought back. To confirm:',
      link,
      'If you did not ask for this, you need not do anything: your account stays as it is. Somebody may know your password, ' +
        'so please set a new one.',
    ),
  }),
  welcome: ({ firstName, link }) => ({
    subject: 'Welcome',
    text: letter(firstName, 'Thank you for your registration.', link),
  }),
  'migration-reminder': ({ firstName, link, until }) => ({
    subject: 'Please log in once',
    text: letter(
      firstName,
      `We have a new shop. Please log in once before ${until}, so that your password goes on working:`,
      link,
    ),
  }),
  activated: ({ firstName }) => ({
    subject: 'Your account is active',
    text: letter(firstName, 'Your account has been activated. You can now log in.'),
  }),
};

/** Subject and plain text of a mail. Facts stand in the text as they are; the subject holds none. */
export function render<Kind extends MailKind>(kind: Kind, facts: MailFacts[Kind]): Text {
  return templates[kind](facts);
}

function letter(firstName: string | undefined, ...paragraphs: string[]): string {
  return [`Hello${firstName ? ` ${oneLine(firstName)}` : ''},`, ...paragraphs].join('\n\n') + '\n';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
