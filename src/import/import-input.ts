import type { Failure } from '../common/failure.js';
import type { AssignmentReach } from '../companies/reach.js';
import type { ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import type { LegacyAuth } from '../passwords/legacy/registry.js';
import type { PartsInput } from './imported-parts.service.js';

/** A customer of another system. */
export interface ImportInput extends StandingChanges, PartsInput {
  /** The customer number; generated if omitted. */
  id?: string;
  profile: ProfileChanges;
  /** Only an item that updates a customer may omit the e-mail. */
  account: { email?: string; passwordHash?: string; legacyAuth?: LegacyAuth };
}

/** The parts of a customer that the caller may store. */
export interface ImportOptions {
  /** The customers that the caller may assign to companies; undefined for none. */
  assignments?: AssignmentReach;
  /** Returns the outcomes and stores nothing. */
  dryRun?: boolean;
  /**
   * Whether customers without a hash are imported, and get a mail with a link to set a password (`now`) or none
   * (`none`). If omitted, a customer must have a hash or an identity.
   */
  invite?: 'none' | 'now';
  /** Whether customers who exist are updated. */
  update?: boolean;
}

/**
 * The number of the imported customer, or why the item was rejected. `update` is whether a customer who existed was
 * changed.
 */
export type Outcome = { id: string; update?: 'changed' | 'unchanged' } | Failure;
