import type { ApiClient, Body } from './shop.js';

export interface TimelineEntry extends Body {
  at: string;
  action: string;
  actor: Body & { kind: string; id: string };
  changes: Body;
}

/** The actions of others on a customer, newest first: the timeline without the customer's own events and mails. */
export async function staffActions(reader: ApiClient, customerId: string, query = ''): Promise<TimelineEntry[]> {
  const timeline = await reader.get<TimelineEntry[]>(`/customers/${customerId}/history${query}`);
  return timeline.filter(({ actor: { kind, id } }) => kind !== 'system' && !(kind === 'customer' && id === customerId));
}

/** The customer's own security events, newest first, without sign-ups and logins. */
export async function ownEvents(reader: ApiClient, customerId: string): Promise<{ action: string; changes: Body }[]> {
  const timeline = await reader.get<TimelineEntry[]>(`/customers/${customerId}/history?pageSize=200`);
  return timeline
    .filter(({ actor: { kind, id } }) => kind === 'customer' && id === customerId)
    .filter(({ action }) => action !== 'signed_up' && action !== 'logged_in')
    .map(({ action, changes }) => ({ action, changes }));
}
