import type { Limit } from './limited.js';

/**
 * Far above the requests of a shop's visitors, many of whom may share one address, and far below what an attacker's
 * machine can send. `stores` is the size of the rows with their indexes, and a margin (decision 0035).
 */
export const limits = {
  /** A visitor's session. */
  anonymous: { name: 'anonymous', perAddress: 'anonymous', stores: { bytes: 600 } },
  /** A rejected login of an employee stores its counters. */
  token: { name: 'token', perAddress: 6000, stores: { bytes: 600 } },
  /** A service may check the token of every request that it receives. Nothing is stored. */
  introspection: { name: 'introspection', perAddress: 60_000 },
  /** A rejected login stores its counters. */
  login: { name: 'login', perAddress: 'login', stores: { bytes: 600 } },
  /** A customer with an account and mixins, and the mails. */
  signup: { name: 'signup', perAddress: 'signup', stores: { bytes: 6000, perBodyByte: 8 } },
  /** Each request computes a password hash, and loads all data of the customer. A rejected one stores its counters. */
  export: { name: 'export', perAddress: 6000, perCustomer: 20, stores: { bytes: 600 } },
  /** Employees search without a limit. */
  search: { name: 'search', perCustomer: 120 },
  /** Each request calls an identity provider, and may create a customer. */
  provider: { name: 'provider', perAddress: 6000, stores: { bytes: 4000 } },
  /** A company Admin creates or updates a colleague, which can send a mail. Any customer can become an Admin. */
  colleague: { name: 'colleague', perCustomer: 60 },
  /** Each request computes one or two password hashes. */
  newPassword: { name: 'new-password', perAddress: 600 },
  /** Each request may send a mail. */
  mail: { name: 'mail', perAddress: 1200, stores: { bytes: 2000 } },
  /** Each request renders a mail and stores it. */
  testMail: { name: 'test-mail', perAddress: 600 },
  /** Each request may send a mail to an address that the customer chooses. */
  profile: { name: 'profile', perCustomer: 60 },
  /** The context of a session: its row, and the values in the body. */
  context: {
    name: 'context',
    perAddress: 6000,
    perSession: 120,
    stores: { bytes: 600, perBodyByte: 1, byCustomers: true },
  },
  contextRemoval: { name: 'context', perAddress: 6000, perSession: 120 },
  /** Up to 50 rows, each about 6 times as large as its part of the body. */
  consents: { name: 'consents', perCustomer: 60, stores: { bytes: 300, perBodyByte: 6, byCustomers: true } },
} satisfies Record<string, Limit>;
