/** The group of a customer in a company. */
export type CompanyGroup = 'Admin' | 'Buyer' | 'Requester';

/** The scopes of a customer without rights in a company, for Foyer and for the vendor's other services. */
export const customerScopes = [
  'customer.customerprofile_view',
  'customer.customerprofile_edit',
  'customer.consent_view',
  'customer.consent_manage',
  'approval.approval_read_own',
  'approval.approval_manage_own',
  'quote.quote_read_own',
  'quote.quote_manage_own',
  'returns.returns_read_own',
  'returns.returns_manage_own',
  'order.order_readascustomer',
  'order.order_updateascustomer',
  'order.history_view',
  'coupon.coupon_redeem',
  'customersegment.segment_read_own',
  'customermanagement.legalentity_read_own',
  'iam.scope_read_own',
  'ai.agentexecution_manage_own',
].join(' ');

/** The additional scopes of a company's administrator. */
const administratorScopes = [
  'customer.customer_read_own',
  'customer.customer_manage_own',
  'iam.user_read_own',
  'iam.group_read_own',
  'iam.assignment_create_own',
  'iam.assignment_delete_own',
];

/** The scopes of a token that still apply, given the current group of the customer in the company of the token. */
export function scopesLeft(scopes: string[], group: CompanyGroup | undefined): string[] {
  return group === 'Admin' ? scopes : scopes.filter((scope) => !administratorScopes.includes(scope));
}

/** The scopes of a customer with the given group in the company of the token, if the token has a company. */
export function scopesIn(group: CompanyGroup | null | undefined): string {
  return group === 'Admin' ? `${customerScopes} ${administratorScopes.join(' ')}` : customerScopes;
}
