import type { Caller } from '../sessions/access/caller.js';
import { scopesLeft } from '../sessions/customer-scopes.js';
import type { CurrentCustomer } from './current-customer.js';

export class OwnScopesDto {
  /**
   * The customer number, which is the `id` of the customer.
   * @example "4711000815"
   */
  userId!: string;
  /**
   * The scopes of the token and its tenant, separated by spaces.
   * @example 'customer.customerprofile_view customer.customerprofile_edit tenant=demo'
   */
  scopes!: string;

  static of({ id, scopes, legalEntityId }: Caller, { groups }: CurrentCustomer): OwnScopesDto {
    return { userId: id, scopes: scopesLeft(scopes, groups[legalEntityId ?? '']).join(' ') };
  }
}
