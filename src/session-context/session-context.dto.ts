import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Length, NotEquals, ValidateBy } from 'class-validator';
import { Integer, IsCurrencyCode, IsJsonObject, MayBeAbsent, Nested, Text } from '../common/validation.js';
import { LARGEST_OBJECT } from '../common/merge-patch.js';
import type { ContextChanges, ContextInForce } from './session-context.service.js';

const additionalProperties = { oneOf: [{ type: 'object' }, { type: 'string' }] };

/** From which version a change was made. */
export class ContextVersionDto {
  /**
   * If it is no longer the current one, the change is refused with 409.
   * @example 1
   */
  @IsInt()
  @Integer()
  version!: number;
}

/**
 * What is not sent stays. Null gives up what the session has set: the value of the profile, of the anonymous login or
 * of the tenant is back.
 */
export class ContextChangesDto {
  /** @example main */
  @IsNotEmpty()
  @Text(50)
  siteCode?: string | null;
  /**
   * ISO 4217.
   * @example EUR
   */
  @IsOptional()
  @IsCurrencyCode()
  currency?: string | null;
  /** @example DE */
  @Text(50)
  targetLocation?: string | null;
  /** @example de */
  @Text(50)
  language?: string | null;
  /** Attributes to set; one that is null is removed. At most 64 KiB in all. */
  @MayBeAbsent()
  @IsJsonObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties, example: { customProperty: 'customValue' } })
  context?: Record<string, unknown>;
  @Nested(() => ContextVersionDto)
  metadata!: ContextVersionDto;
}

/** What a service may set, too. Session and customer are not its to set: what is sent of them is not heeded. */
export class ServiceContextChangesDto extends ContextChangesDto {
  @Text()
  sessionId?: string | null;
  @Text()
  customerId?: string | null;
  /** @example 61079711ce0eb90861357045 */
  @Text()
  cartId?: string | null;
}

export class ContextUpsertQueryDto {
  /** `true` makes a context for a session that is not known here. */
  @IsOptional()
  @IsIn(['true', 'false'])
  @ApiPropertyOptional({ type: String, enum: ['true', 'false'] })
  upsert?: string;
}

export class ContextAttributeDto {
  /** @example customProperty */
  @NotEquals('__proto__')
  @IsString()
  @Length(1, 255)
  key!: string;
  /** An object or a text; it replaces the present one. */
  @ValidateBy({
    name: 'isAttribute',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value))) &&
        JSON.stringify(value).length <= LARGEST_OBJECT,
      defaultMessage: () => 'value must be an object or a string of at most 64 KiB',
    },
  })
  @ApiProperty({ oneOf: [{ type: 'object' }, { type: 'string' }], example: 'customValue' })
  value!: unknown;
}

export class ContextMetadataDto {
  /**
   * Grows with each change.
   * @example 2
   */
  @Integer()
  version!: number;
  createdAt!: Date;
  modifiedAt!: Date;
}

/** The context in force. */
export class SessionContextDto {
  sessionId!: string;
  /** Absent while nobody has logged in. */
  customerId?: string;
  /** @example main */
  siteCode!: string;
  /** @example EUR */
  currency!: string;
  cartId?: string;
  /** @example DE */
  targetLocation?: string;
  /** @example de */
  language?: string;
  @ApiProperty({ type: 'object', additionalProperties })
  context!: Record<string, unknown>;
  metadata!: ContextMetadataDto;

  static of({ version, createdAt, modifiedAt, ...context }: ContextInForce): SessionContextDto {
    return { ...context, metadata: { version, createdAt, modifiedAt } };
  }
}

/** What a visitor or customer may change. */
export function changesOf({
  siteCode,
  currency,
  targetLocation,
  language,
  context,
}: ContextChangesDto): ContextChanges {
  return { siteCode, currency, targetLocation, language, context };
}

/** What a service may change. */
export function serviceChangesOf(body: ServiceContextChangesDto): ContextChanges {
  return { ...changesOf(body), cartId: body.cartId };
}
