/** What the page behind a link shows, and the requests that perform its step. */
export interface LinkStep {
  title: string;
  explanation: string;
  /** The label of the button. */
  action: string;
  /** Says what has changed, after the last request has succeeded. */
  success: string;
  /** Whether the requests contain `{password}`. */
  setsPassword?: boolean;
  /** Whether the step cannot be undone. */
  final?: boolean;
  /** The request to the Emporix API, with an anonymous token. */
  emporix: (link: Link) => Call;
  /** The request to the Glue API, if it has the step. */
  glue?: (token: string) => Call;
}

/** Where a link leads. */
export interface Link {
  tenant: string;
  token: string;
}

/** A request. Its values may contain the placeholder `{password}`. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: object;
}

const PASSWORD = '{password}';

const steps = {
  'opt-in': {
    title: 'Confirm the sign-up',
    explanation: 'The link confirms that the e-mail address belongs to the new customer.',
    action: 'Confirm the sign-up',
    success:
      'The e-mail address is confirmed. The customer can log in, unless an employee must activate the account first.',
    emporix: ({ tenant, token }) => ({ method: 'GET', path: `/customer/${tenant}/signup/optin/${token}` }),
    glue: (registrationKey) => post('customer-confirmation', { registrationKey }),
  },
  'password-reset': {
    title: 'Set a new password',
    explanation: 'The link sets a new password and ends all sessions of the customer.',
    action: 'Set the password',
    success: 'The password is set. Log in with it.',
    setsPassword: true,
    emporix: ({ tenant, token }) => ({
      method: 'POST',
      path: `/customer/${tenant}/password/reset/update`,
      body: { token, password: PASSWORD },
    }),
    glue: (restorePasswordKey) => ({
      ...post('customer-restore-password', { restorePasswordKey, password: PASSWORD, confirmPassword: PASSWORD }),
      method: 'PATCH',
      path: '/customer-restore-password/mine',
    }),
  },
  'email-change': {
    title: 'Confirm the new e-mail address',
    explanation: 'The link confirms that the new address belongs to the customer, who then logs in with it.',
    action: 'Confirm the address',
    success: 'The e-mail address is changed. Log in with the new one.',
    emporix: ({ tenant, token }) =>
      confirmation(`/customer/${tenant}/me/accounts/internal/email/change/confirm`, token),
    glue: (confirmationKey) => post('customer-email-confirmation', { confirmationKey }),
  },
  'email-undo': {
    title: 'Undo the change of the e-mail address',
    explanation: 'The link restores the old address and ends all sessions of the customer.',
    action: 'Restore the old address',
    success: 'The old e-mail address is restored. Reset the password to log in.',
    emporix: ({ tenant, token }) => confirmation(`/customer/${tenant}/me/accounts/internal/email/change/undo`, token),
  },
  'link-identity': {
    title: 'Link an identity',
    explanation: 'The link lets the customer log in with an account at an identity provider.',
    action: 'Link the identity',
    success: 'The identity is linked. The customer can log in with it.',
    emporix: ({ tenant, token }) => confirmation(`/customer/${tenant}/me/identities/confirm`, token),
  },
  erasure: {
    title: 'Erase the account',
    explanation: 'The link erases the account and all data of the customer. This cannot be undone.',
    action: 'Erase the account',
    success: 'The account and its data are erased.',
    final: true,
    emporix: ({ tenant, token }) => confirmation(`/customer/${tenant}/erasure/confirm`, token),
  },
} satisfies Record<string, LinkStep>;

/** The value of `for` in a link. */
export type LinkPurpose = keyof typeof steps;

export const linkSteps: Record<LinkPurpose, LinkStep> = steps;

export const linkPurposes = Object.keys(steps);

function confirmation(path: string, token: string): Call {
  return { method: 'POST', path, body: { token } };
}

function post(type: string, attributes: object): Call {
  return { method: 'POST', path: `/${type}`, body: { data: { type, attributes } } };
}
