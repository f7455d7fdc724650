import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsNotIn, IsOptional, IsString, Length, ValidateBy } from 'class-validator';
import { Integer, IsCurrencyCode, IsJsonObject, MayBeAbsent, Nested, Text } from '../common/validation.js';
import { MAX_OBJECT_BYTES, jsonBytes } from '../common/merge-patch.js';
import { RESERVED, reservedNames } from '../common/reserved-names.js';
import type { ContextChanges, EffectiveContext } from './session-context.service.js';

const additionalProperties = { oneOf: [{ type: 'object' }, { type: 'string' }] };

/** The version on which a change is based. */
export class ContextVersionDto {
  /**
   * The version that the change is based on. If it is no longer current, the change is rejected with 409.
   * @example 1
   */
  @IsInt()
  @Integer()
  version!: number;
}

/**
 * Absent properties are not changed. Null removes the value that was set in the session: then the value of the profile,
 * of the anonymous login or of the tenant applies again.
 */
export class ContextChangesDto {
  /**
   * The site of the shop.
   * @example main
   */
  @IsNotEmpty()
  @Text(50)
  siteCode?: string | null;
  /**
   * The currency, an ISO 4217 code.
   * @example EUR
   */
  @IsOptional()
  @IsCurrencyCode()
  currency?: string | null;
  /**
   * The place that orders are delivered to, such as a country code.
   * @example DE
   */
  @Text(50)
  targetLocation?: string | null;
  /**
   * The language of the session.
   * @example de
   */
  @Text(50)
  language?: string | null;
  /** The attributes to set. An attribute that is null is removed. All attributes together have at most 64 KiB. */
  @MayBeAbsent()
  @IsJsonObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties, example: { customProperty: 'customValue' } })
  context?: Record<string, unknown>;
  /** The version that the change is based on. */
  @Nested(() => ContextVersionDto)
  metadata!: ContextVersionDto;
}

/** The changes that visitors and customers may make. */
export class OwnContextChangesDto extends OmitType(ContextChangesDto, ['metadata']) {
  /** The version that the change is based on. With `upsert=true`, it may be omitted, and is then not checked. */
  @IsOptional()
  @Nested(() => ContextVersionDto)
  metadata?: ContextVersionDto | null;
}

/** The changes that a service may make. Values for the session and the customer are ignored. */
export class ServiceContextChangesDto extends ContextChangesDto {
  /** Part of the vendor's schema; ignored. */
  @Text()
  sessionId?: string | null;
  /** Part of the vendor's schema; ignored. */
  @Text()
  customerId?: string | null;
  /**
   * The cart of the session. Visitors and customers cannot change it.
   * @example 61079711ce0eb90861357045
   */
  @Text()
  cartId?: string | null;
}

export class ContextUpsertQueryDto {
  /** Whether to create a context if the session has none; `false` if omitted. */
  @IsOptional()
  @IsIn(['true', 'false'])
  @ApiPropertyOptional({ type: String, enum: ['true', 'false'] })
  upsert?: string;
}

export class ContextAttributeDto {
  /**
   * The name of the attribute.
   * @example customProperty
   */
  @IsNotIn(reservedNames, { message: `$property ${RESERVED}` })
  @IsString()
  @Length(1, 255)
  key!: string;
  /** An object or a string, at most 64 KiB. It replaces the current value. */
  @ValidateBy({
    name: 'isAttribute',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value))) &&
        jsonBytes(value) <= MAX_OBJECT_BYTES,
      defaultMessage: () => 'value must be an object or a string of at most 64 KiB',
    },
  })
  @ApiProperty({ oneOf: [{ type: 'object' }, { type: 'string' }], example: 'customValue' })
  value!: unknown;
}

export class ContextMetadataDto {
  /**
   * The version, which increases with each change.
   * @example 2
   */
  @Integer()
  version!: number;
  /** The time of the first change; without changes, the start of the session. */
  createdAt!: Date;
  /** The time of the last change; without changes, the start of the session. */
  modifiedAt!: Date;
}

/** The context that applies to a session. */
export class SessionContextDto {
  /** The public session id. */
  sessionId!: string;
  /** The customer number. Absent until a customer logs in. */
  customerId?: string;
  /**
   * The site of the shop.
   * @example main
   */
  siteCode!: string;
  /**
   * The currency, an ISO 4217 code.
   * @example EUR
   */
  currency!: string;
  /** The cart of the session. Absent until a service sets it. */
  cartId?: string;
  /**
   * The place that orders are delivered to, such as a country code. Absent if it is not known.
   * @example DE
   */
  targetLocation?: string;
  /**
   * The language of the session. Absent if it is not known.
   * @example de
   */
  language?: string;
  /**
   * The attributes of the session by name. A customer's `legalEntityId` is the legal entity that the customer acts for;
   * a value that was set under that name is ignored.
   */
  @ApiProperty({ type: 'object', additionalProperties, example: { customProperty: 'customValue' } })
  context!: Record<string, unknown>;
  /** The version, and the times of the creation and the last change. */
  metadata!: ContextMetadataDto;

  static of({ version, createdAt, modifiedAt, ...context }: EffectiveContext): SessionContextDto {
    return { ...context, metadata: { version, createdAt, modifiedAt } };
  }
}

/** The changes that a visitor or customer may make. */
export function changesOf({
  siteCode,
  currency,
  targetLocation,
  language,
  context,
}: OwnContextChangesDto): ContextChanges {
  return { siteCode, currency, targetLocation, language, context };
}

/** The changes that a service may make, with the cart. */
export function serviceChangesOf(body: ServiceContextChangesDto): ContextChanges {
  return { ...changesOf(body), cartId: body.cartId };
}
