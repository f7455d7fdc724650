import * as api from 'foyer-client/emporix';
import { h, link } from './dom.ts';
import { type Field, form } from './form.ts';
import { go, type View } from './router.ts';
import { foyer, serviceUrl } from './service.ts';

const email = { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', required: true } as const;
const password = { name: 'password', label: 'Password', type: 'password', required: true } as const;
const newPassword = { ...password, autocomplete: 'new-password' } as const;
const names = ({ firstName = '', lastName = '' }: Pick<api.ProfileDto, 'firstName' | 'lastName'>): Field[] => [
  { name: 'firstName', label: 'First name', autocomplete: 'given-name', value: firstName },
  { name: 'lastName', label: 'Last name', autocomplete: 'family-name', value: lastName },
];

/** The token in the link of a mail. A link without a token gets the same error as one with an invalid token. */
const tokenIn = ({ searchParams }: URL): string => searchParams.get('token') || '-';

/** A paragraph with a link to a page of the demo. */
const demoHint = (text: string, path: string, label: string): HTMLElement =>
  h('p', { className: 'demo' }, `This is a demo: ${text} `, link(serviceUrl + path, label), '.');

/** The links in the header. */
export function navigation(isCustomer: boolean): Node[] {
  if (!isCustomer) return [link('/login', 'Log in'), link('/signup', 'Sign up')];
  const logOut = form([], 'Log out', async () => {
    // The tokens are removed even if the shop cannot be reached.
    await foyer.logOut().catch(() => undefined);
    await go('/login', 'You are logged out.');
  });
  return [link('/', 'Profile'), link('/addresses', 'Addresses'), logOut];
}

export const logIn: View = () => [
  h('h1', {}, 'Log in'),
  form([email, { ...password, autocomplete: 'current-password' }], 'Log in', async ({ email = '', password = '' }) => {
    await foyer.logIn({ email, password });
    await go('/');
  }),
  h('p', {}, link('/password/forgot', 'Forgot your password?')),
  h('p', {}, 'New here? ', link('/signup', 'Create an account')),
];

export const signUp: View = () => [
  h('h1', {}, 'Create an account'),
  form(
    [...names({}), email, newPassword],
    'Create account',
    async ({ email = '', password = '', ...customerDetails }) => {
      await foyer.signUp({ email, password, customerDetails });
      // The tenant setting `activation` decides whether a new customer can log in immediately.
      const session = await foyer.logIn({ email, password }).catch(() => undefined);
      await go(session ? '/' : `/waiting?email=${encodeURIComponent(email)}`);
    },
  ),
  h('p', {}, 'Already have an account? ', link('/login', 'Log in')),
];

export const waiting: View = ({ searchParams }) => [
  h('h1', {}, 'Thank you'),
  h('p', { className: 'lead' }, 'Your account must be activated.'),
  h('p', {}, `We have sent an e-mail to ${searchParams.get('email') ?? 'you'}. It explains what happens next.`),
  h('p', {}, link('/login', 'Log in')),
  demoHint('activate the account in the', '/backoffice', 'back office'),
];

/** The page requires a click, because mail scanners also open links. */
export const confirmSignUp: View = (url) => [
  h('h1', {}, 'Confirm your e-mail address'),
  form([], 'Confirm', async () => {
    const session = await foyer.confirmSignUp(tokenIn(url));
    await go(session ? '/' : '/waiting');
  }),
];

export const forgotPassword: View = () => [
  h('h1', {}, 'Reset your password'),
  form([email], 'Send link', async ({ email = '' }) => {
    await foyer.call(api.requestPasswordReset, { body: { email } });
    await go('/password/sent');
  }),
];

export const resetSent: View = () => [
  h('h1', {}, 'Check your inbox'),
  h('p', {}, 'If this address has an account, we have sent an e-mail with a link to set a new password.'),
  demoHint('all mails are in the', '/mailbox', 'mailbox'),
];

export const setPassword: View = (url) => [
  h('h1', {}, 'Set a new password'),
  form([{ ...newPassword, label: 'New password' }], 'Set password', async ({ password = '' }) => {
    await foyer.call(api.resetPassword, { body: { token: tokenIn(url), password } });
    await go('/login', 'Your new password has been set. You can now log in.');
  }),
  h('p', {}, link('/password/forgot', 'Request another link')),
];

export const profile: View = async () => {
  const profile = await foyer.call(api.getProfile);
  const { firstName, company = '', contactPhone = '', contactEmail = '', id } = profile;
  return [
    h('h1', {}, firstName ? `Hello ${firstName}` : 'Your profile'),
    h('p', {}, `${contactEmail} · customer number ${id}`),
    form(
      [
        ...names(profile),
        { name: 'company', label: 'Company', autocomplete: 'organization', value: company },
        { name: 'contactPhone', label: 'Phone', type: 'tel', autocomplete: 'tel', value: contactPhone },
      ],
      'Save',
      async (changes) => {
        await foyer.call(api.updateProfile, { body: changes });
        await go('/', 'Your profile has been saved.');
      },
    ),
  ];
};

export const addresses: View = async () => [
  h('h1', {}, 'Your addresses'),
  h('ul', { className: 'cards' }, ...(await foyer.call(api.listAddresses)).map(card)),
  h('h2', {}, 'New address'),
  form(
    [
      { name: 'contactName', label: 'Name', autocomplete: 'name', required: true },
      { name: 'street', label: 'Street', autocomplete: 'address-line1' },
      { name: 'zipCode', label: 'Postal code', autocomplete: 'postal-code' },
      { name: 'city', label: 'City', autocomplete: 'address-level2' },
      { name: 'country', label: 'Country (two letters, such as DE)', autocomplete: 'country' },
    ],
    'Add address',
    async (address) => {
      await foyer.call(api.createAddress, { body: address });
      await go('/addresses', 'The address has been added.');
    },
  ),
];

function card({ id: addressId, contactName, street, zipCode, city, country, isDefault }: api.AddressDto): HTMLElement {
  const path = { addressId };
  const makeDefault = form([], 'Make default', async () => {
    await foyer.call(api.updateAddress, { path, body: { isDefault: true } });
    await go('/addresses', 'The default address has been changed.');
  });
  const remove = form([], 'Delete', async () => {
    await foyer.call(api.deleteAddress, { path });
    await go('/addresses', 'The address has been deleted.');
  });
  const lines = [contactName, street, [zipCode, city].filter(Boolean).join(' '), country].filter(Boolean);
  return h(
    'li',
    {},
    h('address', {}, ...lines.map((line) => h('div', {}, line ?? ''))),
    isDefault ? h('strong', {}, 'Default') : makeDefault,
    remove,
  );
}
