import { PickType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';
import type { Client } from '../tenants/client.entity.js';
import { secretIdOf } from './clients.service.js';

export class NewClientDto {
  /**
   * The name of the client. The client's id is `{tenant}-{name}`.
   * @example erp
   */
  @Matches(/^[a-z0-9][a-z0-9_-]{0,39}$/, {
    message: 'name must have 1 to 40 lower-case letters, digits, _ or -, and begin with a letter or digit',
  })
  name!: string;
  /**
   * A `storefront` has no secret and requests tokens for visitors. A `service` has a secret and requests its own
   * tokens.
   * @example service
   */
  @IsIn(['storefront', 'service'])
  kind!: 'storefront' | 'service';
  /**
   * The scopes of a service. A scope with `--` and a restriction of the tenant, as in `customer.customer_manage--DE`,
   * is limited to the customers with that restriction. All scopes together have at most 4000 characters. A storefront has
   * no scopes.
   * @example ["customer.customer_read"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  scopes?: string[];
}

export class ClientChangesDto extends PickType(NewClientDto, ['scopes']) {}

/** A secret after its creation. Only its id is returned. */
export class ClientSecretDto {
  /**
   * The id of the secret, with which it can be revoked. The id is not confidential.
   * @example Yc1pQvX0oB3k
   */
  id!: string;
}

export class ClientDto {
  /**
   * The client id.
   * @example demo-erp
   */
  id!: string;
  /** A `storefront` requests tokens for visitors, a `service` requests its own tokens. */
  kind!: 'storefront' | 'service';
  /** The scopes of a service. Empty for a storefront. */
  scopes!: string[];
  /** The secrets that are not revoked. */
  secrets!: ClientSecretDto[];
  /** When the client was created. */
  createdAt!: Date;

  static of({ id, kind, scopes, secretHashes, createdAt }: Client): ClientDto {
    return { id, kind, scopes, secrets: secretHashes.map((hash) => ({ id: secretIdOf(hash) })), createdAt };
  }
}

export class CreatedClientDto {
  /**
   * The client id.
   * @example demo-erp
   */
  id!: string;
  /** The secret of a service. It is returned only once, on creation. */
  secret?: string;
}

export class CreatedSecretDto {
  /**
   * The id of the secret, with which it can be revoked. The id is not confidential.
   * @example Yc1pQvX0oB3k
   */
  id!: string;
  /** The secret. It is returned only once, on creation. */
  secret!: string;
}
