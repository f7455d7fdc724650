import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import { COUNTRY_CODE, isCountryCode } from '../common/country-codes.js';
import { BasicMetadataDto, MetadataDto, MetadataViewDto } from '../emporix/metadata.dto.js';
import { MAX_SMALL_OBJECT_BYTES } from '../common/merge-patch.js';
import { IsJsonObject, Nested, Text } from '../common/validation.js';
import type { AddressRow } from './address-book.js';
import { type AddressChanges, type AddressConditions, MAX_TAGS } from './addresses.service.js';

class AddressLinesDto {
  /**
   * The name of the recipient.
   * @example 'Ada Lovelace'
   */
  @Text()
  contactName?: string | null;
  /**
   * The company of the recipient.
   * @example 'Acme Ltd'
   */
  @Text()
  companyName?: string | null;
  /**
   * The street, without the house number.
   * @example 'Platz der Republik'
   */
  @Text()
  street?: string | null;
  /**
   * The house number.
   * @example "1"
   */
  @Text()
  streetNumber?: string | null;
  /** An addition to the street, such as the floor or the apartment. */
  @Text()
  streetAppendix?: string | null;
  /** The first extra line, for local forms of addresses. */
  @Text()
  extraLine1?: string | null;
  /** The second extra line. */
  @Text()
  extraLine2?: string | null;
  /** The third extra line. */
  @Text()
  extraLine3?: string | null;
  /** The fourth extra line. */
  @Text()
  extraLine4?: string | null;
  /**
   * The postal code.
   * @example "11011"
   */
  @Text()
  zipCode?: string | null;
  /**
   * The city or town.
   * @example Berlin
   */
  @Text()
  city?: string | null;
  /**
   * The country: an ISO 3166-1 alpha-2 code, or another text, such as a name or the code of a site. Two letters are stored
   * in capitals.
   * @example DE
   */
  @Text()
  country?: string | null;
  /**
   * The state, province or region.
   * @example Berlin
   */
  @Text()
  state?: string | null;
  /**
   * The phone number of the recipient. Its format is not checked.
   * @example '+49 30 5550100'
   */
  @Text()
  contactPhone?: string | null;
  /**
   * The purposes of the address, as free text. `BILLING` and `SHIPPING` are common.
   * @example ["BILLING", "SHIPPING"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TAGS)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];
  /**
   * Custom objects by name, at most 8 KiB.
   * @example {"loyalty": {"points": 120}}
   */
  @IsOptional()
  @IsJsonObject(MAX_SMALL_OBJECT_BYTES)
  mixins?: Record<string, unknown>;
  /**
   * Whether this is the customer's default address. If true, the previous default address loses the flag. Null counts
   * as false.
   */
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean | null;
}

/** An ISO 3166-1 country code in any letter case, or an empty text. */
export function IsCountryCode(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && (value === '' || isCountryCode(value));
  return ValidateBy({ name: 'isCountryCode', validator: { validate } }, { message: `$property ${COUNTRY_CODE}` });
}

export class NewAddressDto extends AddressLinesDto {
  /** The URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

export class UpdateAddressDto extends AddressLinesDto {
  /** The version that the change is based on, and the URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class AddressDto {
  /** The id of the address, unique in the tenant. */
  id!: string;
  /** The name of the recipient. */
  contactName?: string;
  /** The company of the recipient. */
  companyName?: string;
  /** The street, without the house number. */
  street?: string;
  /** The house number. */
  streetNumber?: string;
  /** An addition to the street, such as the floor or the apartment. */
  streetAppendix?: string;
  /** The first extra line, for local forms of addresses. */
  extraLine1?: string;
  /** The second extra line. */
  extraLine2?: string;
  /** The third extra line. */
  extraLine3?: string;
  /** The fourth extra line. */
  extraLine4?: string;
  /** The postal code. */
  zipCode?: string;
  /** The city or town. */
  city?: string;
  /** The country: an ISO 3166-1 alpha-2 code in capitals, or the text that the customer entered. */
  country?: string;
  /** The state, province or region. */
  state?: string;
  /** The phone number of the recipient. */
  contactPhone?: string;
  /** The purposes of the address, such as `BILLING` and `SHIPPING`. */
  tags!: string[];
  /** Whether this is the customer's default address. At most one address has the flag. */
  isDefault!: boolean;
  /** The version, and the URLs of the schemas of the mixins. */
  metadata!: MetadataViewDto;
  /**
   * Custom objects by name.
   * @example {"loyalty": {"points": 120}}
   */
  mixins!: Record<string, unknown>;

  /** Maps field by field, so that a new column is never published by accident. Empty properties are omitted. */
  static of(row: AddressRow): AddressDto {
    return {
      id: row.id,
      contactName: row.contact_name ?? undefined,
      companyName: row.company_name ?? undefined,
      street: row.street ?? undefined,
      streetNumber: row.street_number ?? undefined,
      streetAppendix: row.street_appendix ?? undefined,
      extraLine1: row.extra_line1 ?? undefined,
      extraLine2: row.extra_line2 ?? undefined,
      extraLine3: row.extra_line3 ?? undefined,
      extraLine4: row.extra_line4 ?? undefined,
      zipCode: row.zip_code ?? undefined,
      city: row.city ?? undefined,
      country: row.country ?? undefined,
      state: row.state ?? undefined,
      contactPhone: row.contact_phone ?? undefined,
      tags: row.tags,
      isDefault: row.is_default,
      metadata: { mixins: row.mixin_schemas, version: row.version },
      mixins: row.mixins,
    };
  }
}

export class TagsQueryDto {
  /**
   * The tags, separated by commas. A tag has at most 100 characters, and an address at most 50 tags.
   * @example BILLING,SHIPPING
   */
  @IsString()
  @Length(1, 5100)
  @Matches(/^[^,]{0,100}(,[^,]{0,100})*$/, { message: 'a tag in tags must be no longer than 100 characters' })
  tags!: string;
}

/** The tags of a query, without surrounding blanks. @returns an empty list if there are only commas */
export function tagsOf({ tags }: TagsQueryDto): string[] {
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
}

/** Maps a request body to the changes of an address. */
export function changesOf({ metadata, isDefault, ...changes }: NewAddressDto): AddressChanges {
  return { ...changes, isDefault: isDefault === null ? false : isDefault, mixinSchemas: metadata?.mixins };
}

/** Maps a request body to the conditions of a change. */
export function conditionsOf({ metadata }: UpdateAddressDto): AddressConditions {
  return { version: metadata?.version };
}
