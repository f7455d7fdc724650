import { EmporixError } from 'foyer-client';
import {
  createAddress,
  deleteAddress,
  getProfile,
  listAddresses,
  requestPasswordReset,
  resetPassword,
  updateAddress,
  updateProfile,
  type AddressDto,
  type ProfileDto,
} from 'foyer-client/emporix';
import { type Field, form, h, link } from './dom.ts';
import { go } from './router.ts';
import { foyer, serviceUrl } from './service.ts';

export type View = (url: URL) => Node[] | Promise<Node[]>;

const email = { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', required: true } as const;
const password = { name: 'password', label: 'Password', type: 'password', required: true } as const;
const newPassword = { ...password, autocomplete: 'new-password' } as const;
const names = ({ firstName = '', lastName = '' }: Pick<ProfileDto, 'firstName' | 'lastName'>): Field[] => [
  { name: 'firstName', label: 'First name', autocomplete: 'given-name', value: firstName },
  { name: 'lastName', label: 'Last name', autocomplete: 'family-name', value: lastName },
];

/** A paragraph with a link to a page of the demo. */
const demoHint = (text: string, path: string, label: string): HTMLElement =>
  h('p', { className: 'demo' }, `This is a demo: ${text} `, link(serviceUrl + path, label), '.');

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
      await go((await canLogIn(email, password)) ? '/' : `/waiting?email=${encodeURIComponent(email)}`);
    },
  ),
  h('p', {}, 'Already have an account? ', link('/login', 'Log in')),
];

/** Tries to log in. The tenant setting `activation` decides whether a new customer can log in immediately. */
async function canLogIn(email: string, password: string): Promise<boolean> {
  try {
    await foyer.logIn({ email, password });
    return true;
  } catch (error) {
    if (error instanceof EmporixError && error.status === 400) return false;
    throw error;
  }
}

export const waiting: View = ({ searchParams }) => [
  h('h1', {}, 'Thank you'),
  h('p', { className: 'lead' }, 'An employee must activate your account.'),
  h('p', {}, `We will send an e-mail to ${searchParams.get('email') ?? 'you'} as soon as you can log in.`),
  h('p', {}, 'If you receive an e-mail that asks you to confirm your address, open its link first.'),
  h('p', {}, link('/login', 'Log in')),
  demoHint('activate the account in the', '/backoffice', 'back office'),
];

/** The page requires a click, because mail scanners also open links. */
export const confirmSignUp: View = ({ searchParams }) => [
  h('h1', {}, 'Confirm your e-mail address'),
  form([], 'Confirm', async () => {
    const session = await foyer.confirmSignUp(searchParams.get('token') ?? '');
    await go(session ? '/' : '/waiting');
  }),
];

export const forgotPassword: View = () => [
  h('h1', {}, 'Reset your password'),
  form([email], 'Send link', async ({ email = '' }) => {
    await foyer.call(requestPasswordReset, { body: { email } });
    await go('/password/sent');
  }),
];

export const resetSent: View = () => [
  h('h1', {}, 'Check your inbox'),
  h('p', {}, 'If this address has an account, we have sent an e-mail with a link to set a new password.'),
  demoHint('all mails are in the', '/mailbox', 'mailbox'),
];

export const setPassword: View = ({ searchParams }) => [
  h('h1', {}, 'Set a new password'),
  form([{ ...newPassword, label: 'New password' }], 'Set password', async ({ password = '' }) => {
    await foyer.call(resetPassword, { body: { token: searchParams.get('token') ?? '', password } });
    await go('/login', 'Your new password has been set. You can now log in.');
  }),
];

export const profile: View = async () => {
  const profile = await foyer.call(getProfile);
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
        await foyer.call(updateProfile, { body: changes });
        await go('/', 'Your profile has been saved.');
      },
    ),
  ];
};

export const addresses: View = async () => [
  h('h1', {}, 'Your addresses'),
  h('ul', { className: 'cards' }, ...(await foyer.call(listAddresses)).map(card)),
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
      await foyer.call(createAddress, { body: address });
      await go('/addresses', 'The address has been added.');
    },
  ),
];

function card({ id: addressId, contactName, street, zipCode, city, country, isDefault }: AddressDto): HTMLElement {
  const path = { addressId };
  const makeDefault = form([], 'Make default', async () => {
    await foyer.call(updateAddress, { path, body: { isDefault: true } });
    await go('/addresses', 'The default address has been changed.');
  });
  const remove = form([], 'Delete', async () => {
    await foyer.call(deleteAddress, { path });
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
