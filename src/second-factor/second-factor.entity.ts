import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** `email`: a mailed code. `totp`: a code of an authenticator app (RFC 6238). */
export const factorTypes = ['email', 'totp'] as const;
export type FactorType = (typeof factorTypes)[number];

export function isFactorType(value: unknown): value is FactorType {
  return factorTypes.some((type) => type === value);
}

const schema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factors',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    type: p.text().primary().$type<FactorType>(),
    status: p.text().$type<'pending' | 'active'>(),
    /** The session that began the activation. Only this session can complete it. */
    sessionId: p.uuid(),
    /** Of an authenticator app: its encrypted secret. */
    secret: p.blob().nullable(),
    /** Of an authenticator app: the time step of the newest code that was used. */
    lastStep: p.integer().nullable(),
    createdAt: p.datetime(),
    activatedAt: p.datetime().nullable(),
  },
});

/** A second factor of a customer. A type for which a customer has no row is inactive. */
export class SecondFactor extends schema.class {}
schema.setClass(SecondFactor);

/** For statements by `em.getKysely()`. */
export type SecondFactorTables = InferKyselyDB<typeof schema>;
