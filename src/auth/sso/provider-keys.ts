import type { JsonWebKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  createLocalJWKSet,
  errors,
  jwtVerify,
} from 'jose';
import { Clock } from '../../common/clock.js';
import { Config } from '../../config/config.js';
import type { KeySet } from '../../tenants/provider-settings.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { Outbound } from './outbound.js';
import { type Loaded, ProviderCache } from './provider-cache.js';

/** Signature algorithms that require a private key. Neither `none` nor a shared secret is allowed. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** The minimum time between two reads of a key set, in seconds. An unknown key causes a read. */
const MIN_RELOAD_SECONDS = 1;

/** How long a key set is cached, in seconds. */
const CACHE_SECONDS = 600;

/** The maximum size of a key set, in bytes and in keys. */
const MAX_KEY_SET_BYTES = 256 * 1024;
const MAX_KEYS = 100;

/** The properties of a public key that are kept (RFC 7517, RFC 7518). */
const FIELDS = ['kty', 'kid', 'use', 'alg', 'key_ops', 'crv', 'x', 'y', 'n', 'e'] as const;

/** An estimate of the memory of an imported key, in bytes. */
const IMPORTED_KEY_BYTES = 2048;

const MEGABYTE = 1024 * 1024;

/**
 * The keys of identity providers, cached for ten minutes. They are read again when a provider signs with an unknown
 * key.
 */
@Injectable()
export class ProviderKeys {
  /** By the object in the settings of a tenant. */
  private readonly imported = new WeakMap<KeySet, JWTVerifyGetKey>();
  private readonly sets = new ProviderCache<JWTVerifyGetKey>({ total: 16 * MEGABYTE, tenant: MEGABYTE });

  constructor(
    private readonly tenants: TenantsService,
    private readonly outbound: Outbound,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the claims of a JWT that has a valid signature and a `sub`, and has not expired.
   *
   * @param jwks the issuer's keys, or their URL
   * @throws Error of `jose` when the JWT is invalid, or the keys cannot be read
   */
  async verify(
    token: string,
    jwks: string | KeySet,
    expected: Pick<JWTVerifyOptions, 'issuer' | 'audience'>,
  ): Promise<JWTPayload> {
    const options = {
      ...expected,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
      currentDate: this.clock.now(),
    };
    const keys = typeof jwks === 'string' ? this.keysAt(jwks) : this.importedKeys(jwks);
    return (await jwtVerify(token, keys, options)).payload;
  }

  /** Imports a key set of the settings once, as long as the settings are cached. */
  private importedKeys(set: KeySet): JWTVerifyGetKey {
    let keys = this.imported.get(set);
    if (!keys) this.imported.set(set, (keys = createLocalJWKSet({ keys: set.keys.map(selectFields) })));
    return keys;
  }

  private keysAt(jwks: string): JWTVerifyGetKey {
    return async (header, parts) => {
      try {
        return await (
          await this.keysOf(jwks, CACHE_SECONDS)
        )(header, parts);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        return (await this.keysOf(jwks, MIN_RELOAD_SECONDS))(header, parts);
      }
    };
  }

  /** @param age the maximum age of the keys, in seconds */
  private keysOf(jwks: string, age: number): Promise<JWTVerifyGetKey> {
    const when = { notBefore: this.clock.in(-age), now: this.clock.now() };
    return this.sets.get(this.tenants.current, jwks, when, () => this.read(jwks));
  }

  private async read(jwks: string): Promise<Loaded<JWTVerifyGetKey>> {
    const response = await this.outbound.fetch(jwks, {
      headers: { accept: 'application/json, application/jwk-set+json' },
      signal: AbortSignal.timeout(this.config.providerTimeout),
      maxBytes: MAX_KEY_SET_BYTES,
    });
    if (response.status !== 200) throw new Error(`The key set has the status ${response.status}`);
    const set = (await response.json()) as Partial<JSONWebKeySet> | null;
    if (!Array.isArray(set?.keys)) throw new Error('The key set has no keys');
    if (set.keys.length > MAX_KEYS) throw new Error(`The key set has more than ${MAX_KEYS} keys`);
    const keys = set.keys.map(selectFields);
    const bytes = 2 * JSON.stringify(keys).length + IMPORTED_KEY_BYTES * keys.length;
    return { value: createLocalJWKSet({ keys }), bytes };
  }
}

function selectFields(key: JsonWebKey): JWK {
  return Object.fromEntries(FIELDS.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])));
}
