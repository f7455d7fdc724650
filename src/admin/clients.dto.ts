import { PickType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';
import type { Client } from '../tenants/client.entity.js';
import { secretIdOf } from './clients.service.js';

export class NewClientDto {
  /**
   * The client's id is `{tenant}-{name}`.
   * @example erp
   */
  @Matches(/^[a-z0-9][a-z0-9_-]{0,39}$/, {
    message: 'name must have 1 to 40 lower-case letters, digits, _ or -, and begin with a letter or digit',
  })
  name!: string;
  /**
   * A `storefront` has no secret, and asks for tokens of visitors; a `service` has one, and asks for its own.
   * @example service
   */
  @IsIn(['storefront', 'service'])
  kind!: 'storefront' | 'service';
  /**
   * What a service may do; with `--` and a restriction of the tenant, as in `customer.customer_manage--DE`, only with
   * its customers. A storefront has none.
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

/** A secret as it is known after it was told: by an id. */
export class ClientSecretDto {
  /** @example Yc1pQvX0oB3k */
  id!: string;
}

export class ClientDto {
  /** @example acme-erp */
  id!: string;
  kind!: 'storefront' | 'service';
  scopes!: string[];
  /** Those in use. */
  secrets!: ClientSecretDto[];
  createdAt!: Date;

  static of({ id, kind, scopes, secretHashes, createdAt }: Client): ClientDto {
    return { id, kind, scopes, secrets: secretHashes.map((hash) => ({ id: secretIdOf(hash) })), createdAt };
  }
}

export class CreatedClientDto {
  /** @example acme-erp */
  id!: string;
  /** Of a service. It is told this once. */
  secret?: string;
}

export class CreatedSecretDto {
  /** @example Yc1pQvX0oB3k */
  id!: string;
  /** It is told this once. */
  secret!: string;
}
