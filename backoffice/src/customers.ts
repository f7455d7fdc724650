import { decideActivations, listCustomers } from '../../clients/typescript/src/emporix/sdk.gen.ts';
import { type Call, withTotal } from './api/calls.ts';
import type { CustomerDto, DecisionResultDto } from '../../clients/typescript/src/emporix/types.gen.ts';
import { ApiFailure } from './api/failure.ts';
import { authorizedFetch, tenant } from './api/session.ts';

export interface CustomersPage {
  customers: CustomerDto[];
  total: number;
}

export interface PageQuery {
  q: string;
  sort?: string;
  pageNumber?: number;
  pageSize?: number;
}

/** One page of customers, with the number of all that match. */
export async function findCustomers({ q, ...page }: PageQuery): Promise<CustomersPage> {
  const { data, total } = await withTotal(
    listCustomers({ path: { tenant }, query: { q: q || undefined, ...page }, headers: { 'X-Total-Count': 'true' } }),
  );
  return { customers: data, total: total ?? data.length };
}

/**
 * All customers that match, as a CSV file. The browser stores it while the service streams it.
 *
 * @throws ApiFailure
 */
export async function customersCsv(q: string): Promise<Blob> {
  const url = `/customer/${tenant}/customers?${new URLSearchParams(q ? { q } : {}).toString()}`;
  const response = await authorizedFetch(url, { headers: { Accept: 'text/csv' } });
  if (!response.ok) throw ApiFailure.of(await response.json().catch(() => undefined), response.status);
  return response.blob();
}

/** The customers who await activation, oldest first. */
export async function findWaiting(words: string, pageSize: number): Promise<CustomersPage> {
  return findCustomers({ q: `standing:awaiting type:CUSTOMER ${words}`.trim(), sort: 'standingSince', pageSize });
}

export function standingOf({ standing, active }: CustomerDto): NonNullable<CustomerDto['standing']> {
  return standing ?? (active ? 'active' : 'awaiting');
}

/** Decides on customers. The result has one entry per customer, in the same order. */
export const decisionOn =
  (customerNumbers: string[], decision: 'activate' | 'decline', reason?: string): Call<DecisionResultDto[]> =>
  (client) =>
    decideActivations({ client, path: { tenant }, body: { customerNumbers, decision, reason } });

/** Quotes a text as a value of `q`. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The search terms of a text that a person enters: no more than the API accepts, each with a letter or a digit, and
 * without colons, which would end the name of a field.
 */
export function searchTerms(text: string): string {
  return text
    .split(/\s+/)
    .map((word) => word.replaceAll(':', ''))
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, 10)
    .join(' ');
}
