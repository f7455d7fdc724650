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
} from 'foyer-client/emporix';
import { form, h, link } from './dom.ts';
import { go, notify } from './router.ts';
import { foyer, serviceUrl } from './service.ts';

export type View = (url: URL) => Node[] | Promise<Node[]>;

const email = { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', required: true } as const;
const password = { name: 'password', label: 'Password', type: 'password', required: true } as const;
const newPassword = { ...password, autocomplete: 'new-password' } as const;

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
    [
      { name: 'firstName', label: 'First name', autocomplete: 'given-name' },
      { name: 'lastName', label: 'Last name', autocomplete: 'family-name' },
      email,
      newPassword,
    ],
    'Create account',
    async ({ email = '', password = '', ...customerDetails }) => {
      await foyer.signUp({ email, password, customerDetails });
      await go((await canLogIn(email, password)) ? '/' : `/waiting?email=${encodeURIComponent(email)}`);
    },
  ),
  h('p', {}, 'Already have an account? ', link('/login', 'Log in')),
];

/** The tenant setting `activation` decides whether a new customer can log in at once. */
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
  h('p', {}, `We will send a mail to ${searchParams.get('email') ?? 'you'} as soon as you can log in.`),
  h('p', {}, 'If you get a mail that asks you to confirm your e-mail address, open its link first.'),
  h('p', {}, link('/login', 'Log in')),
  h(
    'p',
    { className: 'demo' },
    'This is a demo: activate the account in the ',
    link(`${serviceUrl}/backoffice`, 'back office'),
    '.',
  ),
];

/** A click confirms, because mail scanners open links. */
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
  h('p', {}, 'If the address has an account, we have sent a mail with a link to set a new password.'),
  h('p', { className: 'demo' }, 'This is a demo: its mails are in the ', link(`${serviceUrl}/mailbox`, 'mailbox'), '.'),
];

export const setPassword: View = ({ searchParams }) => [
  h('h1', {}, 'Set a new password'),
  form([{ ...newPassword, label: 'New password' }], 'Set password', async ({ password = '' }) => {
    await foyer.call(resetPassword, { body: { token: searchParams.get('token') ?? '', password } });
    await go('/login');
    notify('Your new password is set. You can now log in.');
  }),
];

export const profile: View = async () => {
  const { firstName, lastName, company, contactPhone, contactEmail, id } = await foyer.call(getProfile);
  return [
    h('h1', {}, firstName ? `Hello ${firstName}` : 'Your profile'),
    h('p', {}, `${contactEmail ?? ''} · customer number ${id}`),
    form(
      [
        { name: 'firstName', label: 'First name', autocomplete: 'given-name', value: firstName ?? '' },
        { name: 'lastName', label: 'Last name', autocomplete: 'family-name', value: lastName ?? '' },
        { name: 'company', label: 'Company', autocomplete: 'organization', value: company ?? '' },
        { name: 'contactPhone', label: 'Phone', type: 'tel', autocomplete: 'tel', value: contactPhone ?? '' },
      ],
      'Save',
      async (changes) => {
        await foyer.call(updateProfile, { body: changes });
        await go('/');
        notify('Your profile is saved.');
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
      await go('/addresses');
      notify('The address is added.');
    },
  ),
];

function card({ id: addressId, contactName, street, zipCode, city, country, isDefault }: AddressDto): HTMLElement {
  const change = async (action: () => Promise<unknown>, text: string): Promise<void> => {
    await action();
    await go('/addresses');
    notify(text);
  };
  const path = { addressId };
  const makeDefault = form([], 'Make default', () =>
    change(() => foyer.call(updateAddress, { path, body: { isDefault: true } }), 'The default address is changed.'),
  );
  const remove = form([], 'Delete', () => change(() => foyer.call(deleteAddress, { path }), 'The address is deleted.'));
  const lines = [contactName, street, [zipCode, city].filter(Boolean).join(' '), country].filter(Boolean);
  return h(
    'li',
    {},
    h('address', {}, ...lines.map((line) => h('div', {}, line ?? ''))),
    isDefault ? h('strong', {}, 'Default') : makeDefault,
    remove,
  );
}
