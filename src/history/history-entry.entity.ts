import { type Opt, defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { Actor } from '../tenants/request-scope.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** Actions of employees, services and operators on a customer, and the customer's own security events. */
export const customerActions = [
  'customer_created',
  'customer_changed',
  'customer_declined',
  'customer_deleted',
  'customer_imported',
  'customer_exported',
  'customer_unlocked',
  'signed_up',
  'logged_in',
  'login_locked',
  'login_removed',
  'mail_requested',
  'mail_retried',
  'email_confirmed',
  'email_change_requested',
  'email_changed',
  'email_change_undone',
  'password_changed',
  'password_reset',
  'consent_given',
  'consent_withdrawn',
  'second_factor_activated',
  'second_factor_deactivated',
  'second_factor_removed',
  'recovery_codes_created',
  'session_ended',
  'sessions_ended',
  'identity_linked',
  'identity_unlinked',
  'erasure_requested',
  'note_added',
  'note_removed',
  'address_added',
  'address_changed',
  'address_removed',
  'acted_for_customer',
] as const;

/** Actions on the tenant. */
const tenantActions = [
  'settings_changed',
  'mail_text_changed',
  'mail_text_removed',
  'client_created',
  'client_changed',
  'client_secret_added',
  'client_secret_revoked',
  'client_removed',
  'employee_created',
  'employee_changed',
  'employee_removed',
] as const;

export const actions = [...customerActions, ...tenantActions] as const;

export type CustomerAction = (typeof customerActions)[number];
export type TenantAction = (typeof tenantActions)[number];
export type Action = CustomerAction | TenantAction;

/** `system`: the service itself, such as the lock after failed logins. */
export type ActorKind = Actor['kind'] | 'system';

/**
 * What was changed. For an active flag, a standing, a hold, a type or a restriction, for the role and the status of an
 * employee, and for the scopes of a client, values are stored; for every other field, only the name. Nothing personal is
 * stored, because entries about employees' actions outlive the customer.
 */
export interface Changes {
  fields?: string[];
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
  address?: string;
  /** The kind of a mail. */
  mail?: string;
  /** The language of a mail's text. */
  language?: string;
  /** The id of a note. */
  note?: string;
  /** The end of a lock. */
  lockedUntil?: string;
  /** The id of a client. */
  client?: string;
  /** The id of an employee. */
  employee?: string;
  reason?: string;
}

const schema = defineEntity({
  name: 'HistoryEntry',
  tableName: 'history',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    at: p.datetime().primary(),
    id: p.bigint('string').primary().autoincrement().generated('identity'),
    /** Null for an action on the tenant, such as a change of its settings. */
    customerId: p.text().nullable(),
    actorKind: p.text().$type<ActorKind>(),
    actor: p.text(),
    address: p.text().nullable(),
    action: p.text().$type<Action>(),
    changes: p.json<Changes>().defaultRaw(`'{}'`),
    /** Computed by the database: whether it is an event of the customer, which is deleted with the customer. */
    own: p
      .boolean()
      .$type<Opt<boolean>>()
      .generated(
        `((customer_id IS NOT NULL) AND ((actor_kind = 'system'::text) OR ((actor_kind = 'customer'::text) AND (actor = customer_id)))) stored`,
      )
      .lazy(),
  },
});

/** One action. The database rejects changes to entries: decision 0068. */
export class HistoryEntry extends schema.class {}
schema.setClass(HistoryEntry);

/** For statements by `em.getKysely()`. */
export type HistoryTables = InferKyselyDB<typeof schema>;
