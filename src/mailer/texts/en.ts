import type { MailTexts } from '../mail-text.js';

const greeting = '{hasFirstName, select, yes {Hello {firstName},} other {Hello,}}';
const ignore = 'If you did not request this, please ignore this e-mail.';
const notYou = 'If this was not you, please reset your password now and contact us.';
const check = 'Please check that this was you.';

export const en: MailTexts = {
  'opt-in': {
    subject: 'Please confirm your e-mail address',
    preheader: 'One more step to complete your registration at {shop}.',
    paragraphs: [greeting, 'Please confirm your e-mail address to complete your registration.'],
    button: 'Confirm e-mail address',
    notes: [
      '{repeated, select, yes {Your account has the password from the first registration. You can set a new one after ' +
        'you confirm the address.} other {}}',
      'If you did not register, please ignore this e-mail.',
    ],
  },
  'password-reset': {
    subject: 'Set a new password',
    preheader: 'Use the link to set a new password for {shop}.',
    paragraphs: [greeting, 'You can now set a new password for your account.'],
    button: 'Set a new password',
    notes: [`${ignore} Your password stays the same.`],
  },
  'initial-password': {
    subject: 'Set your password',
    preheader: 'Your account at {shop} is ready.',
    paragraphs: [greeting, 'You have an account in our shop. Please set your password.'],
    button: 'Set your password',
    notes: [],
  },
  'email-change': {
    subject: 'Please confirm your new e-mail address',
    preheader: 'One more step to complete the change at {shop}.',
    paragraphs: [greeting, 'Please confirm that this is your new e-mail address.'],
    button: 'Confirm e-mail address',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Your e-mail address is about to change',
    preheader: 'We received a request to change the e-mail address of your account.',
    paragraphs: [
      greeting,
      'We received a request to change the e-mail address of your account to {hasNewEmail, select, yes {{newEmail}} ' +
        'other {another address}}.',
      'If you did not request this, please reset your password now. This also cancels the change.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Your e-mail address has changed',
    preheader: check,
    paragraphs: [
      greeting,
      'The e-mail address of your account has changed{hasNewEmail, select, yes { to {newEmail}} other {}}.',
      '{hasLink, select, yes {If you did not request this, please undo the change. The link is valid until {until, date, ' +
        'long}.} other {If you did not request this, please contact us.}}',
    ],
    button: 'Undo the change',
    notes: [
      '{hasLink, select, yes {This also ends all sessions. It removes all logins with other services, and the ' +
        'second factors that were added since. You will then be asked to set a new password.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Your account has a new e-mail address',
    preheader: 'Use it to log in from now on.',
    paragraphs: [greeting, 'Your account now has this e-mail address. Use it to log in.'],
    notes: [],
  },
  'link-identity': {
    subject: 'Please confirm your login',
    preheader: 'There was a login with {provider}.',
    paragraphs: [
      greeting,
      'There was a login with {provider} for this e-mail address, which already belongs to an account. If this was ' +
        'you, please confirm it.',
    ],
    button: 'Confirm the login',
    notes: [
      'If this address was not confirmed before, this removes the password of the account. You can then set a new one.',
      'If this was not you, please ignore this e-mail. Your account stays the same.',
    ],
  },
  'identity-linked': {
    subject: 'You can now log in with {provider}',
    preheader: check,
    paragraphs: [greeting, 'Your account is now linked to {provider}. You can use it to log in.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'You can no longer log in with {provider}',
    preheader: check,
    paragraphs: [greeting, 'Your account is no longer linked to {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'You already have an account',
    preheader: 'There was an attempt to register with this e-mail address.',
    paragraphs: [
      greeting,
      'There was an attempt to register with this e-mail address, which already belongs to an account. Your account ' +
        'was not changed.',
      'If this was you, log in, reset your password, or look for the e-mail with which you confirm your address.',
    ],
    button: 'Go to the shop',
    notes: ['If this was not you, please ignore this e-mail.'],
  },
  'awaiting-activation': {
    subject: 'We received your registration',
    preheader: 'We will notify you when your account is activated.',
    paragraphs: [
      greeting,
      'Thank you for your registration. We are reviewing it.',
      'We will notify you when your account is activated.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Your password has changed',
    preheader: check,
    paragraphs: [greeting, 'The password of your account has changed.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'You have a new password',
    preheader: check,
    paragraphs: [
      greeting,
      'A new password was set for your account with a link that we sent to you by e-mail.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Login from a new device',
    preheader: check,
    paragraphs: [
      greeting,
      'There was a login to your account from a new device on {at, date, long} at {at, time, short} (UTC).',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Your account is on hold',
    preheader: 'Please contact us.',
    paragraphs: [greeting, 'Your account is currently on hold. Please contact us if you have any questions.'],
    notes: [],
  },
  erasure: {
    subject: 'Please confirm the deletion of your account',
    preheader: 'This cannot be undone.',
    paragraphs: [greeting, 'You requested the deletion of your account and of all your data. This cannot be undone.'],
    button: 'Delete my account',
    notes: [
      'If you did not request this, please do not open the link. Your account stays the same. Please ' +
        'change your password, because another person may be using your account.',
    ],
  },
  'account-erased': {
    subject: 'Your account has been deleted',
    preheader: 'Your data has been deleted, too.',
    paragraphs: [
      greeting,
      'Your account and all your data have been deleted. This is our last e-mail about your account.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Your verification code',
    preheader: 'Enter the code to continue at {shop}.',
    paragraphs: [greeting, 'Your verification code is {code}. It is valid for {minutes, number} minutes.'],
    notes: [
      'Enter it only in our shop, and do not share it. If you did not request it, another person may be using your ' +
        'account. Please change your password.',
    ],
  },
  welcome: {
    subject: 'Welcome to {shop}',
    preheader: 'Thank you for your registration.',
    paragraphs: [greeting, 'Thank you for your registration.'],
    button: 'Go to the shop',
    notes: [],
  },
  activated: {
    subject: 'Your account is active',
    preheader: 'You can now log in at {shop}.',
    paragraphs: [greeting, 'Your account has been activated. You can now log in.'],
    notes: [],
  },
  declined: {
    subject: 'We cannot activate your account',
    preheader: 'Please contact us if you have questions.',
    paragraphs: [
      greeting,
      'Thank you for your registration. We have checked it, and we cannot activate your account.',
      'Please contact us if you have questions.',
    ],
    notes: [],
  },
  'company-member': {
    subject: '{pending, select, yes {A customer asks to join your company} other {Your company has a new member}}',
    preheader: '{pending, select, yes {Approve or reject the request.} other {See who joined.}}',
    paragraphs: [
      greeting,
      '{hasMemberName, select, yes {A customer named {memberName}} other {A customer}} {pending, select, yes {asks to ' +
        'join} other {joined}} your company.',
      '{pending, select, yes {The customer has no access to your company until you approve the request. Log in to ' +
        'approve or reject it.} other {If you do not know this customer, please contact us.}}',
    ],
    button: 'Go to the shop',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Please log in once',
    preheader: 'Keep your current password.',
    paragraphs: [
      greeting,
      'We have a new shop. Please log in once before {until, date, long} to keep using your current password.',
    ],
    button: 'Log in',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Set your password for the back office',
    preheader: 'You now have access to the back office of {shop}.',
    paragraphs: [greeting, 'You now have access to the back office of {shop}. Please set your password.'],
    button: 'Set your password',
    notes: ['If you did not expect this e-mail, ignore it.'],
  },
  'employee-password-reset': {
    subject: 'Set a new password for the back office',
    preheader: 'Use the link to set a new password for the back office of {shop}.',
    paragraphs: [greeting, 'You can now set a new password for the back office of {shop}.'],
    button: 'Set a new password',
    notes: ['If you did not request this, ignore this e-mail. Your password stays the same.'],
  },
  'activation-notice': {
    subject: '{count, plural, one {# customer awaits} other {# customers await}} activation',
    preheader: 'Open the waiting list of {shop}.',
    paragraphs: [
      greeting,
      '{count, plural, one {# customer of {shop} awaits} other {# customers of {shop} await}} activation.',
    ],
    button: 'Open the waiting list',
    notes: ['You receive this e-mail because this address is in the setting activationNotice.'],
  },
};
