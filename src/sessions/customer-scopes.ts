/** Inside a company a customer is in one of these. */
export type CompanyGroup = 'Admin' | 'Buyer' | 'Requester';

/** What a customer without rights in a company may do, here and in the vendor's other services. */
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

/** What a company's administrator may do besides. */
const administratorScopes = [
  'customer.customer_read_own',
  'customer.customer_manage_own',
  'iam.user_read_own',
  'iam.group_read_own',
  'iam.assignment_create_own',
  'iam.assignment_delete_own',
];

/** What is left of the scopes in a token, now that its holder is in that group of the company that the token is for. */
export function scopesLeft(scopes: string[], group: CompanyGroup | undefined): string[] {
  return group === 'Admin' ? scopes : scopes.filter((scope) => !administratorScopes.includes(scope));
}

/** What a customer may do who is in that group of the company that the token is for, if it is for one. */
export function scopesIn(group: CompanyGroup | null | undefined): string {
  return group === 'Admin' ? `${customerScopes} ${administratorScopes.join(' ')}` : customerScopes;
}
