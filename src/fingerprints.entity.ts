import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';

const secretSchema = defineEntity({
  name: 'SecretFingerprint',
  tableName: 'secret_fingerprint',
  properties: {
    /** Always true: the table has at most one row. */
    onlyRow: p.boolean().primary().default(true),
    fingerprint: p.text(),
  },
});

/** The fingerprint of the secret that the database is used with. */
export class SecretFingerprint extends secretSchema.class {}
secretSchema.setClass(SecretFingerprint);

const keysSchema = defineEntity({
  name: 'SigningKeySet',
  tableName: 'signing_key_sets',
  properties: {
    keyIds: p.array().primary(),
    startedAt: p.datetime(),
  },
});

/** The ids of the signing keys of a start. */
export class SigningKeySet extends keysSchema.class {}
keysSchema.setClass(SigningKeySet);

/** For statements by Kysely. */
export type FingerprintTables = InferKyselyDB<typeof secretSchema> & InferKyselyDB<typeof keysSchema>;
