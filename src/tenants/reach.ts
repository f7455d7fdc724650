import type { Actor } from './request-scope.js';

/** Who acts on customers, and which customers the caller may access. Services receive it and decide by it. */
export interface Reach {
  /** Undefined if customers and visitors act for themselves. */
  actor: Actor | undefined;
  /** Whether the actor is an employee who acts for a customer with the customer's rights. */
  inCustomersPlace: boolean;
  /** The restrictions whose customers an employee or service may read and change; undefined for no limit. */
  restrictions: string[] | undefined;
  /**
   * The company whose administrator acts. The administrator may change only its customers, and read only these and the
   * contacts that are propagated to the company.
   */
  company: string | undefined;
}

/** The reach of customers and visitors who act for themselves without a token of their own, such as at the sign-up. */
export const ownReach: Readonly<Reach> = {
  actor: undefined,
  inCustomersPlace: false,
  restrictions: undefined,
  company: undefined,
};
