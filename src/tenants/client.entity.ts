import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from './tenant-filter.js';

export type ClientKind = 'storefront' | 'service';

const schema = defineEntity({
  name: 'Client',
  tableName: 'clients',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** `{tenant}-{name}`: `/oauth/token` has no tenant in its path, the client implies it. */
    id: p.text().primary(),
    kind: p.text().$type<ClientKind>(),
    /** SHA-256 of each current secret, in base64url; several while a secret is being replaced. */
    secretHashes: p.array().default([]),
    scopes: p.array().default([]),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/** An application that requests tokens: a storefront (no secret) or a service. */
export class Client extends schema.class {}
schema.setClass(Client);
