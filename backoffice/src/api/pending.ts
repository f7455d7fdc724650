import { client } from '../../../clients/typescript/src/client.gen.ts';
import type { Client } from '../../../clients/typescript/src/client/index.ts';
import type { CustomerDto, HistoryEntryDto } from '../../../clients/typescript/src/types.gen.ts';
import type { Call } from './calls.ts';
import { tenant } from './session.ts';

/*
 * Calls that this page declares itself, because it was built before their routes. Each moves to the generated client.
 */

export type Standing = 'awaiting' | 'active' | 'declined' | 'deactivated';

/** A customer as employees see it. */
export type StaffCustomer = CustomerDto & {
  standing?: Standing;
  standingSince?: string;
  emailConfirmed?: boolean;
  lockedUntil?: string | null;
};

export type Entry = Omit<HistoryEntryDto, 'actor'> & { actor: HistoryEntryDto['actor'] & { name?: string } };

export interface Me {
  id: string;
  name: string;
  email: string;
  role: string;
  scopes: string[];
}

export interface DecisionResult {
  customerNumber: string;
  code: number;
  message?: string;
}

export interface SessionOfCustomer {
  id: string;
  createdAt: string;
  lastUsedAt?: string;
  userAgent?: string;
}

export interface Identity {
  id: string;
  providerId?: string;
  createdAt?: string;
}

export interface SecondFactor {
  type: string;
  createdAt?: string;
}

export interface Note {
  id: string;
  text: string;
  author?: { id: string; name?: string };
  createdAt: string;
}

export interface TimelineEntry {
  at: string;
  kind: string;
  actor?: { kind: string; id: string; name?: string };
  [fact: string]: unknown;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

function route<T>(method: Method, url: string, body?: unknown): Call<T> {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return (sender: Client = client) => sender.request<T>({ method, url, body, headers }) as ReturnType<Call<T>>;
}

const admin = `/admin/${tenant}`;
const of = (customerNumber: string): string => `/customer/${tenant}/customers/${encodeURIComponent(customerNumber)}`;

export const pending = {
  me: () => route<Me>('GET', `${admin}/me`),
  changePassword: (currentPassword: string, newPassword: string) =>
    route<void>('POST', `${admin}/me/password`, { currentPassword, newPassword }),
  requestPasswordReset: (email: string) => route<void>('POST', `${admin}/password/reset`, { email }),
  resetPassword: (token: string, password: string) =>
    route<void>('POST', `${admin}/password/reset/confirm`, { token, password }),
  decide: (customerNumbers: string[], decision: 'activate' | 'decline', reason?: string) =>
    route<DecisionResult[]>('POST', `${admin}/activations`, { customerNumbers, decision, reason }),
  sessions: (number: string) => route<SessionOfCustomer[]>('GET', `${of(number)}/sessions`),
  endSession: (number: string, id: string) => route<void>('DELETE', `${of(number)}/sessions/${encodeURIComponent(id)}`),
  endSessions: (number: string) => route<void>('DELETE', `${of(number)}/sessions`),
  identities: (number: string) => route<Identity[]>('GET', `${of(number)}/identities`),
  unlink: (number: string, id: string) => route<void>('DELETE', `${of(number)}/identities/${encodeURIComponent(id)}`),
  secondFactors: (number: string) => route<SecondFactor[]>('GET', `${of(number)}/second-factors`),
  notes: (number: string) => route<Note[]>('GET', `${of(number)}/notes`),
  addNote: (number: string, text: string) => route<Note>('POST', `${of(number)}/notes`, { text }),
  deleteNote: (number: string, id: string) => route<void>('DELETE', `${of(number)}/notes/${encodeURIComponent(id)}`),
};
