import { greetingName } from './greeting.js';
import type { MailContent, MailKind } from './mail-kinds.js';

/** The values that a text can use. Of a choice, the value is `yes` or `no`. */
export type MailVariables = Record<string, string | number | Date>;

/** How long a code is valid, in minutes. */
const CODE_MINUTES = 30;

const choice = (value: boolean): string => (value ? 'yes' : 'no');

/** The variables of each kind, in addition to those of all kinds. */
const variables: { [Kind in MailKind]: (content: MailContent<Kind>) => MailVariables } = {
  'opt-in': ({ repeated = false }) => ({ repeated: choice(repeated) }),
  'password-reset': () => ({}),
  'initial-password': () => ({}),
  'email-change': () => ({}),
  'email-change-notice': ({ newEmail }) => newAddress(newEmail),
  'email-changed': ({ newEmail, link, until }) => ({
    ...newAddress(newEmail),
    hasLink: choice(link !== undefined),
    ...(until !== undefined && { until: new Date(until) }),
  }),
  'email-change-completed': () => ({}),
  'link-identity': ({ provider }) => ({ provider }),
  'identity-linked': ({ provider }) => ({ provider }),
  'identity-unlinked': ({ provider }) => ({ provider }),
  'signup-attempt': () => ({}),
  'awaiting-activation': () => ({}),
  'password-changed': () => ({}),
  'password-reset-completed': () => ({}),
  'new-device-login': ({ at }) => ({ at: new Date(at) }),
  'account-on-hold': () => ({}),
  erasure: () => ({}),
  'account-erased': () => ({}),
  'second-factor-code': ({ code }) => ({ code, minutes: CODE_MINUTES }),
  welcome: () => ({}),
  activated: () => ({}),
  declined: () => ({}),
  'company-member': ({ memberName, pending }) => {
    const name = greetingName(memberName);
    return { memberName: name ?? '', hasMemberName: choice(name !== undefined), pending: choice(pending) };
  },
  'migration-reminder': ({ until }) => ({ until: new Date(until) }),
  'employee-invitation': () => ({}),
  'employee-password-reset': () => ({}),
  'activation-notice': ({ count }) => ({ count }),
};

/**
 * An attacker in a session chooses the address. A local part can contain a URL, which mail clients would turn into a link,
 * so such an address is left out.
 */
function newAddress(newEmail: string | undefined): MailVariables {
  const shown = newEmail !== undefined && !/[:/\\"]/.test(newEmail) ? newEmail : undefined;
  return { newEmail: shown ?? '', hasNewEmail: choice(shown !== undefined) };
}

/**
 * Returns the values for the texts of a kind. Names and addresses that look like links are left out.
 *
 * @param shop the name of the shop
 */
export function variablesOf<Kind extends MailKind>(
  kind: Kind,
  content: MailContent<Kind>,
  shop: string,
): MailVariables {
  const name = greetingName(content.firstName);
  return {
    shop,
    firstName: name ?? '',
    hasFirstName: choice(name !== undefined),
    ...variables[kind](content),
  };
}
