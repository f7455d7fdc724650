import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** The kind of the token's holder. A service and an employee use the same routes; only their names differ. */
export type CallerKind = 'anonymous' | 'customer' | 'employee' | 'service';

/** The values of an anonymous login; they pass to the customer with the session. */
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
    tenant: p.text().primary(),
    id: p.uuid().primary(),
    kind: p.text().$type<CallerKind>(),
    /** The session id that clients see and that carts refer to. It passes from the visitor to the customer. */
    publicId: p.uuid(),
    clientId: p.text().nullable(),
    customerId: p.text().nullable(),
    /** The employee whose token it is, or who acts for the customer. */
    employeeId: p.uuid().nullable(),
    /** The company that the customer acts for. */
    legalEntityId: p.text().nullable(),
    /** Of an anonymous session: the customer to whom its public id has passed. */
    passedTo: p.text().nullable(),
    /** The anonymous session that is used while a customer's session has the public id of this anonymous session. */
    standIn: p.uuid().nullable(),
    context: p.json<SessionContext>().defaultRaw(`'{}'`),
    /** Of a customer's session: the User-Agent at its start, truncated. */
    device: p.text().nullable(),
    /** Of a customer's session: the network address at its start. */
    origin: p.text().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Of an employee's session that can be refreshed: the scopes of its tokens, separated by spaces. */
    scope: p.text().nullable(),
    /** The number of the current refresh token; those below it were replaced. */
    refreshGeneration: p.integer().default(0),
    /** Whether the latest refresh used the replaced token again, within the grace period. */
    refreshRetried: p.boolean().default(false),
    refreshedAt: p.datetime(),
    refreshExpiresAt: p.datetime(),
  },
});

/** The session of an access token. Its tokens are valid only while the row is. */
export class Session extends schema.class {}
schema.setClass(Session);

/** For statements by `em.getKysely()`. */
export type SessionTables = InferKyselyDB<typeof schema>;
