import type { Limit } from './limited.js';

/** Far above what a shop's visitors do, for many of them may come from one address; far below what a machine can. */
export const limits = {
  anonymous: { name: 'anonymous', perAddress: 60_000 },
  token: { name: 'token', perAddress: 6000 },
  login: { name: 'login', perAddress: 12_000 },
  signup: { name: 'signup', perAddress: 12_000, perEmail: 100 },
  /** Staff searches as often as it likes. */
  search: { name: 'search', perCustomer: 120 },
  /** Each asks an identity provider. */
  provider: { name: 'provider', perAddress: 6000 },
  /** A company's administrator, who may be any stranger, makes or changes a colleague, who may get a mail. */
  colleague: { name: 'colleague', perCustomer: 60, perEmail: 20 },
  /** Each sends a mail to whoever has the address. */
  mail: { name: 'mail', perAddress: 1200, perEmail: 20 },
} satisfies Record<string, Limit>;
