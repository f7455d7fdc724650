import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** Whose token it is. A service and an employee use the same routes; only their names differ. */
export type CallerKind = 'anonymous' | 'customer' | 'employee' | 'service';

/** What an anonymous visitor told about the visit; passes to the customer with the session. */
export interface SessionContext {
  currency?: string;
  siteCode?: string;
  language?: string;
  targetLocation?: string;
}

const schema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p.uuid().primary(),
    kind: p.string().$type<CallerKind>(),
    /** The session id that clients see and carts hang on. It passes from the visitor to the customer. */
    publicId: p.uuid(),
    clientId: p.string().nullable(),
    customerId: p.string().nullable(),
    /** The employee whose token it is, or who acts for the customer. */
    employeeId: p.uuid().nullable(),
    /** The company that the customer acts for. */
    legalEntityId: p.string().nullable(),
    /** Of an anonymous session: the customer its public id has passed to. */
    passedTo: p.string().nullable(),
    context: p.json<SessionContext>(),
    /** Of a customer's session: the User-Agent at its start, cut. */
    device: p.string().nullable(),
    /** Of a customer's session: the network address at its start. */
    origin: p.string().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Number of the refresh token in use; those below it were replaced. */
    refreshGeneration: p.integer().default(0),
    /** The replaced token was taken once more, within the grace. */
    refreshRetried: p.boolean().default(false),
    refreshedAt: p.datetime(),
    refreshExpiresAt: p.datetime(),
  },
});

/** What stands behind an access token: while the row lives, its tokens do. */
export class Session extends schema.class {}
schema.setClass(Session);
