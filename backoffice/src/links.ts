import { tenant } from './api/session.ts';

/** The path of the page of this tenant. */
export const base = `/backoffice/${tenant}`;

export const customerPath = (customerNumber: string): string =>
  `${base}/customers/${encodeURIComponent(customerNumber)}`;
